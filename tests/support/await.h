// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QCoroTask>
#include <QEventLoop>

#include <optional>
#include <utility>

namespace quayside::test {

namespace detail {

template <typename T>
QCoro::Task<void> collect(QCoro::Task<T> task, std::optional<T> *value, QEventLoop *loop)
{
    value->emplace(co_await std::move(task));
    loop->quit();
}

} // namespace detail

/// Runs the event loop until the coroutine has ended and returns its value. For tests alone; QCoro's own
/// waitFor() wants values that can be made from nothing.
template <typename T>
T await(QCoro::Task<T> task)
{
    QEventLoop loop;
    std::optional<T> value;
    const auto collecting = detail::collect(std::move(task), &value, &loop);
    if (!value)
        loop.exec();
    return std::move(*value);
}

} // namespace quayside::test

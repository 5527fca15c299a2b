// SPDX-License-Identifier: Apache-2.0
#include "localregistry/storage/statefile.h"

#include "localregistry/storage/layout.h"

#include <charconv>
#include <fstream>

namespace quayside {

namespace {

constexpr std::size_t maxSize = 1 << 20;

// Changes with every start of the machine; "" where the kernel does not say.
std::string bootId()
{
    std::string id;
    std::ifstream("/proc/sys/kernel/random/boot_id") >> id;
    return id;
}

std::int64_t numberIn(const std::string &text)
{
    std::int64_t number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

} // namespace

Result<StateFile> StateFile::load(StorageDriver &driver)
{
    StateFile state(driver);
    const auto text = driver.read(layout::stateFile, maxSize);
    if (!text && text.error().kind != ErrorKind::NotFound)
        return tl::unexpected(text.error());
    if (!text || text->empty())
        return state;
    auto values = KeyValues::parse(*text);
    if (!values && values.error().kind == ErrorKind::Unsupported)
        return fail(ErrorKind::Unsupported, "the store was written by a newer Quayside (" +
                                                values.error().message + "); update Quayside to open it");
    if (!values)
        return fail(ErrorKind::Storage, layout::stateFile + " is damaged (" + values.error().message +
                                            "); remove it to let Quayside make a new one");
    state.m_values = std::move(*values);
    state.m_endedWithMachine =
        state.m_values.value("clean") == "0" && state.m_values.value("boot") != bootId();
    return state;
}

Result<void> StateFile::markOpen()
{
    m_values.set("clean", "0");
    m_values.set("boot", bootId());
    return m_driver->put(layout::stateFile, m_values.toString());
}

Result<void> StateFile::markClosed()
{
    const auto open = std::chrono::steady_clock::now() - m_opened;
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(open).count();
    m_values.set("clean", "1");
    m_values.set("uptime", std::to_string(numberIn(m_values.value("uptime").value_or("")) + seconds));
    return m_driver->put(layout::stateFile, m_values.toString());
}

} // namespace quayside

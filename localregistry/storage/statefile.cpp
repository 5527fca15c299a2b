// SPDX-License-Identifier: Apache-2.0
#include "localregistry/storage/statefile.h"

#include "localregistry/storage/layout.h"

#include <charconv>
#include <fstream>

namespace quayside {

namespace {

constexpr std::size_t maxSize = std::size_t(256) << 20; // a lease takes 100 bytes

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

Result<StateFile> StateFile::load(StorageDriver &driver, Clock clock)
{
    StateFile state(driver, std::move(clock));
    const auto text = driver.read(layout::stateFile, maxSize);
    if (!text && text.error().kind != ErrorKind::NotFound)
        return tl::unexpected(text.error());
    if (!text || text->empty()) {
        state.m_mayBeUnsynced = driver.info(layout::repositories).has_value(); // of another program
        return state;
    }
    auto values = KeyValues::parse(*text);
    if (!values && values.error().kind == ErrorKind::Unsupported)
        return fail(ErrorKind::Unsupported, "the store was written by a newer Quayside (" +
                                                values.error().message + "); update Quayside to open it");
    if (!values)
        return fail(ErrorKind::Storage, layout::stateFile + " is damaged (" + values.error().message +
                                            "); remove it to let Quayside make a new one");
    state.m_values = std::move(*values);
    state.m_endedUncleanly = state.m_values.value("clean") == "0";
    state.m_endedWithMachine = state.m_endedUncleanly && state.m_values.value("boot") != bootId();
    state.m_mayBeUnsynced = (state.m_endedUncleanly && !state.m_endedWithMachine) ||
                            state.m_values.value("handed-over").has_value();
    state.m_leases = state.m_values.value("leases").value_or("");
    state.m_values.remove("leases");
    state.m_graceFrom = parseRfc3339(state.m_values.value("grace-from").value_or(""));
    state.m_timesFrom = parseRfc3339(state.m_values.value("times-from").value_or(""));
    state.m_earlierUptime = std::chrono::seconds(numberIn(state.m_values.value("uptime").value_or("")));
    state.m_startDays = static_cast<int>(numberIn(state.m_values.value("start-days").value_or("")));
    if (const auto identity = state.m_values.value("identity")) {
        const auto info = driver.info(layout::stateFile);
        if (!info)
            return tl::unexpected(info.error());
        state.m_place = info->identity == *identity ? Place::Same : Place::Other;
    }
    return state;
}

std::chrono::seconds StateFile::uptime() const
{
    return m_earlierUptime + std::chrono::duration_cast<std::chrono::seconds>(m_clock() - m_opened);
}

Result<void> StateFile::write()
{
    m_values.set("uptime", std::to_string(uptime().count()));
    return m_driver->putIdentified(layout::stateFile, [this](const std::string &identity) {
        m_values.set("identity", identity);
        return m_values.toString();
    });
}

Result<void> StateFile::markOpen(Timestamp now)
{
    const auto date = formatRfc3339(now).substr(0, 10);
    if (m_values.value("last-start") != date)
        m_values.set("start-days", std::to_string(++m_startDays));
    m_values.set("last-start", date);
    m_values.remove("handed-over");
    if (m_endedUncleanly) {
        m_graceFrom = now;
        m_values.set("grace-from", formatRfc3339(now));
    }
    if (wasCopied()) {
        m_timesFrom = now;
        m_values.set("times-from", formatRfc3339(now));
    }
    m_values.set("clean", "0");
    m_values.set("boot", bootId());
    return write();
}

Result<void> StateFile::recordUptime()
{
    return write();
}

Result<void> StateFile::markHandedOver(Timestamp now)
{
    m_values.set("handed-over", formatRfc3339(now));
    return write();
}

Result<void> StateFile::markClosed(const std::string &leases)
{
    if (!leases.empty())
        m_values.set("leases", leases);
    m_values.set("clean", "1");
    return write();
}

} // namespace quayside

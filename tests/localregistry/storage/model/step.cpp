// SPDX-License-Identifier: Apache-2.0
#include "step.h"

#include <array>
#include <bit>
#include <cerrno>
#include <sstream>

namespace quayside::test {

namespace {

using Kind = Step::Kind;

struct KindInfo
{
    const char *name;
    int weight; // how often it is chosen
};

constexpr std::array<KindInfo, Step::kindCount> kinds{{
    {"push-blob", 12},
    {"mount-blob", 6},
    {"put-manifest", 24},
    {"delete-manifest", 12},
    {"delete-blob", 4},
    {"delete-tag", 8},
    {"restore-digest", 10},
    {"restore-tag", 6},
    {"start-upload", 3},
    {"append-upload", 4},
    {"finish-upload", 3},
    {"cancel-upload", 1},
    {"step-clock", 6},
    {"restart", 2},
    {"sweep", 6},
    {"purge-digest", 2},
    {"purge-tag", 1},
    {"collect", 4},
}};

// In minutes. All are multiples of ten: with a clock that starts five minutes off the real one, no sum lies
// close to a limit of whole hours that the store compares with the times of files.
constexpr std::array<int, 6> clockSteps{60, 360, 24 * 60 + 10, 10 * 24 * 60, 40 * 24 * 60, -180};

constexpr std::array<int, 5> faultCodes{0, 0, EIO, ENOSPC, EMFILE};

class Generator
{
public:
    explicit Generator(std::mt19937_64 &random)
        : m_random(random)
    {}

    int below(int count) { return static_cast<int>(m_random() % static_cast<unsigned>(count)); }

    Step step()
    {
        Step step{pickKind(), pickRepository()};
        switch (step.kind) {
        case Kind::PushBlob:
        case Kind::DeleteBlob:
        case Kind::AppendUpload:
        case Kind::FinishUpload:
        case Kind::MountBlob:
            step.content = below(World::lastBlob + 1);
            break;
        case Kind::RestoreDigest:
        case Kind::PurgeDigest:
            step.content = below(World::contentCount);
            break;
        default:
            step.content = World::firstManifest + below(World::contentCount - World::firstManifest);
        }
        setRest(step);
        return step;
    }

    Fault fault()
    {
        return {static_cast<std::size_t>(1 + below(below(2) ? 12 : 45)),
                faultCodes[static_cast<std::size_t>(below(faultCodes.size()))]};
    }

private:
    Kind pickKind()
    {
        int sum = 0;
        for (const auto &kind : kinds)
            sum += kind.weight;
        int rest = below(sum);
        int kind = 0;
        while ((rest -= kinds[static_cast<std::size_t>(kind)].weight) >= 0)
            ++kind;
        return Kind(kind);
    }

    // Not evenly: the first repository is where most things meet.
    int pickRepository() { return std::array{0, 0, 0, 1, 1, 2}[static_cast<std::size_t>(below(6))]; }

    void setRest(Step &step)
    {
        switch (step.kind) {
        case Kind::MountBlob:
            step.other = below(World::repositoryCount + 1);
            break;
        case Kind::PutManifest:
            step.tags =
                below(3) ? 1u << below(World::tagCount) : static_cast<Mask>(below(1 << World::tagCount));
            step.other = step.tags == 0 || below(4) == 0;
            break;
        case Kind::DeleteTag:
        case Kind::PurgeTag:
            step.tags = 1u << below(World::tagCount);
            break;
        case Kind::RestoreTag:
            step.tags = 1u << below(World::tagCount);
            step.other = below(3) ? 0 : Step::restoreDeep;
            break;
        case Kind::RestoreDigest:
            step.other = (below(2) ? 0 : below(3)) | (below(3) ? 0 : Step::restoreDeep);
            break;
        case Kind::AppendUpload:
            step.tags = static_cast<Mask>(below(3));
            [[fallthrough]];
        case Kind::StartUpload:
        case Kind::FinishUpload:
        case Kind::CancelUpload:
            step.other = below(Step::uploadSlots);
            break;
        case Kind::StepClock:
            step.other = below(clockSteps.size());
            break;
        default:
            break;
        }
    }

    std::mt19937_64 &m_random;
};

} // namespace

int Step::tag() const
{
    return std::countr_zero(tags);
}

std::chrono::seconds Step::clockStep() const
{
    return std::chrono::minutes(clockSteps[static_cast<std::size_t>(other)]);
}

std::string Step::uploadedBytes(const World &world) const
{
    const auto &bytes = world.content(content).bytes;
    const auto half = bytes.size() / 2;
    return tags == 0 ? bytes : tags == 1 ? bytes.substr(0, half) : bytes.substr(half);
}

std::string Step::toString() const
{
    std::string text = kinds[static_cast<std::size_t>(kind)].name;
    const auto add = [&](const char *key, auto value) {
        if (value != 0)
            text += std::string(" ") + key + '=' + std::to_string(value);
    };
    add("repository", repository);
    add("content", content);
    add("tags", tags);
    add("other", other);
    add("at", fault.at);
    add("errno", fault.code);
    return text;
}

std::optional<Step> Step::parse(const std::string &text)
{
    std::istringstream words(text);
    std::string word;
    words >> word;
    std::size_t kind = 0;
    while (kind < kinds.size() && word != kinds[kind].name)
        ++kind;
    if (kind == kinds.size())
        return std::nullopt;
    Step step{Kind(kind)};
    while (words >> word) {
        const auto equals = word.find('=');
        if (equals == std::string::npos)
            return std::nullopt;
        const auto key = word.substr(0, equals);
        const int value = std::stoi(word.substr(equals + 1));
        if (key == "repository")
            step.repository = value;
        else if (key == "content")
            step.content = value;
        else if (key == "tags")
            step.tags = static_cast<Mask>(value);
        else if (key == "other")
            step.other = value;
        else if (key == "at")
            step.fault.at = static_cast<std::size_t>(value);
        else if (key == "errno")
            step.fault.code = value;
        else
            return std::nullopt;
    }
    return step;
}

std::vector<Step> randomSteps(std::mt19937_64 &random, std::size_t count, bool faults)
{
    Generator generator(random);
    std::vector<Step> steps;
    for (int repository = 0; repository < 2; ++repository) {
        for (int blob = 0; blob <= World::lastBlob; ++blob) {
            if (repository == 0 || generator.below(2))
                steps.push_back({Kind::PushBlob, repository, blob});
        }
    }
    while (steps.size() < count) {
        steps.push_back(generator.step());
        if (faults && generator.below(6) == 0)
            steps.back().fault = generator.fault();
    }
    return steps;
}

} // namespace quayside::test

// SPDX-License-Identifier: Apache-2.0
#include "tests/layering/awaitrule.h"
#include "tests/layering/folderrules.h"
#include "tests/layering/linerules.h"
#include "tests/layering/sourcetext.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <iterator>

namespace quayside::layering {

namespace {

namespace fs = std::filesystem;

bool isCpp(std::string_view path)
{
    return path.ends_with(".h") || path.ends_with(".cpp");
}

bool isCMake(std::string_view path)
{
    return path.ends_with("CMakeLists.txt") || path.ends_with(".cmake");
}

// Formats that have no comments, or that are made by a program.
bool hasLicenseLine(std::string_view path)
{
    return !path.ends_with(".png") && !path.ends_with(".json") && !path.ends_with(".md") &&
           !path.starts_with("tests/data/") && !path.starts_with("tests/fuzz/corpus/");
}

std::vector<SourceFile> readTree()
{
    static constexpr std::array folders{
        "oci",   "registryclient", "localregistry", "model",   "ui",        "cli", "app",
        "icons", "tests",          "cmake",         "scripts", "packaging", ".ci"};
    const fs::path root(QUAYSIDE_SOURCE_DIR);
    std::vector<SourceFile> files;
    for (const auto *folder : folders) {
        if (!fs::exists(root / folder))
            continue;
        for (const auto &entry : fs::recursive_directory_iterator(root / folder)) {
            if (!entry.is_regular_file())
                continue;
            std::ifstream in(entry.path(), std::ios::binary);
            files.push_back({fs::relative(entry.path(), root).generic_string(),
                             std::string(std::istreambuf_iterator<char>(in), {})});
        }
    }
    return files;
}

void append(std::vector<Finding> &to, std::vector<Finding> more)
{
    to.insert(to.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

std::vector<Finding> check(const SourceFile &file)
{
    std::vector<Finding> findings;
    if (hasLicenseLine(file.path))
        append(findings, findMissingLicense(file));
    if (isCpp(file.path)) {
        append(findings, findForbiddenIncludes(file));
        append(findings, findForbiddenNames(file));
        append(findings, findBracedAwaits(file));
    }
    if (isCMake(file.path))
        append(findings, findForbiddenLinks(file));
    return findings;
}

std::size_t bracedAwaits(std::string text)
{
    return findBracedAwaits({"model/x.cpp", std::move(text)}).size();
}

std::size_t forbiddenIncludes(std::string path, std::string text)
{
    return findForbiddenIncludes({std::move(path), std::move(text)}).size();
}

std::size_t forbiddenNames(std::string path, std::string text)
{
    return findForbiddenNames({std::move(path), std::move(text)}).size();
}

} // namespace

TEST(Layering, TheTreeFollowsTheRules)
{
    const auto files = readTree();
    ASSERT_GT(files.size(), 50U);
    for (const auto &file : files) {
        for (const auto &finding : check(file))
            ADD_FAILURE() << toString(finding);
    }
}

// The rules can fail: each is fed what it forbids, and what only looks like it.

TEST(Includes, OnlyPointDown)
{
    EXPECT_EQ(forbiddenIncludes("oci/digest.cpp", "#include \"model/settings.h\"\n"), 1U);
    EXPECT_EQ(forbiddenIncludes("model/a.cpp", "#include \"ui/mainwindow.h\"\n"), 1U);
    EXPECT_EQ(forbiddenIncludes("model/a.cpp", "#include \"localregistry/localregistry.h\"\n"), 1U);
    EXPECT_EQ(forbiddenIncludes("ui/a.cpp", "#include \"registryclient/registryclient.h\"\n"), 1U);
    EXPECT_EQ(forbiddenIncludes("ui/a.cpp", "#include <registryclient/registryclient.h>\n"), 1U);
    EXPECT_EQ(forbiddenIncludes("ui/a.cpp", "#include \"cli/serveoptions.h\"\n"), 1U);
    EXPECT_EQ(forbiddenIncludes("registryclient/a.cpp", "  #  include \"localregistry/localregistry.h\"\n"),
              1U);
    EXPECT_EQ(
        forbiddenIncludes("localregistry/storage/a.cpp", "#include \"localregistry/api/registryapi.h\"\n"),
        1U);
    EXPECT_EQ(forbiddenIncludes("oci/a.cpp", "#include \"tests/support/testimage.h\"\n"), 1U);

    EXPECT_EQ(forbiddenIncludes("ui/a.cpp", "#include \"model/settings.h\"\n#include \"oci/tag.h\"\n"), 0U);
    EXPECT_EQ(forbiddenIncludes("app/main.cpp", "#include \"localregistry/localregistry.h\"\n"), 0U);
    EXPECT_EQ(forbiddenIncludes("tests/gui/tst_a.cpp", "#include \"localregistry/localregistry.h\"\n"), 0U);
}

TEST(Includes, NameThePathFromTheRoot)
{
    EXPECT_EQ(forbiddenIncludes("oci/digest.cpp", "#include \"digest.h\"\n"), 1U);
    EXPECT_EQ(forbiddenIncludes("ui/look/a.cpp", "#include \"oci/../model/a.h\"\n"), 1U);
}

TEST(Includes, KeepLibrariesInTheirFolders)
{
    EXPECT_EQ(forbiddenIncludes("oci/tag.h", "#include <QString>\n"), 1U);
    EXPECT_EQ(forbiddenIncludes("oci/qtconversions.h", "#include <QString>\n"), 0U);
    EXPECT_EQ(forbiddenIncludes("localregistry/storage/store.h", "#include <QByteArray>\n"), 1U);
    EXPECT_EQ(forbiddenIncludes("localregistry/storage/store.h", "#include \"oci/qtconversions.h\"\n"), 1U);
    EXPECT_EQ(forbiddenIncludes("registryclient/a.h", "#include <boost/beast/http.hpp>\n"), 1U);
    EXPECT_EQ(
        forbiddenIncludes("localregistry/http/a.h", "#include <boost/beast/http.hpp>\n#include <vector>\n"),
        0U);
}

TEST(Includes, SayWhichLine)
{
    const SourceFile file{"model/a.cpp", "// first\n#include <vector>\n#include \"ui/a.h\" // why\n"};
    const auto findings = findForbiddenIncludes(file);
    ASSERT_EQ(findings.size(), 1U);
    EXPECT_EQ(toString(findings.front()),
              "model/a.cpp:3: model may not include ui\n    #include \"ui/a.h\" // why");
}

TEST(Links, FollowTheTable)
{
    const auto links = [](std::string folder, std::string targets) {
        return findForbiddenLinks(
                   {folder + "/CMakeLists.txt",
                    "# Qt6::Widgets\nquayside_library(quayside_own QT\n  LINK " + targets + ")\n"})
            .size();
    };
    EXPECT_EQ(links("model", "quayside_registryclient Qt6::Sql"), 0U);
    EXPECT_EQ(links("model", "Qt6::Widgets"), 1U);
    EXPECT_EQ(links("model", "quayside_localregistry Qt6::Gui"), 2U);
    EXPECT_EQ(links("oci", "Qt6::Core"), 1U);
    EXPECT_EQ(links("localregistry/storage", "Qt6::Network"), 1U);
    EXPECT_EQ(links("ui", "quayside_registryclient"), 1U);
    EXPECT_EQ(links("app", "quayside_ui quayside_localregistry Qt6::DBus"), 0U);
}

TEST(Awaits, AreRefusedBesideBraces)
{
    EXPECT_EQ(bracedAwaits("void f() { auto r = co_await send(Request{1}); }"), 1U);
    EXPECT_EQ(bracedAwaits("void f() { co_await send({1, 2}); }"), 1U);
    EXPECT_EQ(bracedAwaits("void f() { auto r = Answer{co_await send(x)}; }"), 1U);
    EXPECT_EQ(bracedAwaits("void f() { auto r =\n  co_await send(\n    Request{\n 1});\n}"), 1U);
    EXPECT_EQ(bracedAwaits("void f() { items[0] = co_await send(x); }"), 1U);
    EXPECT_EQ(bracedAwaits("void f() { auto [a, b] = co_await send(x); }"), 1U);
    EXPECT_EQ(bracedAwaits("void f() { co_await retry([x] { return g(x); }); }"), 1U);
    EXPECT_EQ(bracedAwaits("void f() { co_await retry([x]() -> Task<Result<int>> { return g(x); }); }"), 1U);
    EXPECT_EQ(bracedAwaits("void f() { if (co_await send(Request{1})) { g(); } }"), 1U);
    EXPECT_EQ(bracedAwaits("void f() { while (auto r = co_await next(list[0])) g(); }"), 1U);
    EXPECT_EQ(bracedAwaits("class A { public: struct B { int x; }; Task<> f() { co_await g({}); } };"), 1U);
    EXPECT_EQ(bracedAwaits("auto t = [](int x) -> Task<> { co_await g({x}); };"), 1U);
    EXPECT_EQ(bracedAwaits("auto t = [](int x) -> Task<> { co_await g(x); co_await h({x}); };"), 1U);
}

TEST(Awaits, AreAllowedWithPlainArguments)
{
    EXPECT_EQ(
        bracedAwaits("void f() { Request r{1}; auto a = co_await send(std::move(r)); int b[2] = {0, 1}; }"),
        0U);
    EXPECT_EQ(bracedAwaits("void f() { if (!co_await send(x)) { g({1}); } else { h[0] = 1; } }"), 0U);
    EXPECT_EQ(bracedAwaits("void f() { for (const auto &[k, v] : m) { co_await g(k, v); } }"), 0U);
    EXPECT_EQ(
        bracedAwaits("void f() { while (const auto x = co_await next()) { use[x] = 1; } co_await g(); }"),
        0U);
    EXPECT_EQ(
        bracedAwaits("Task<> f() { auto t = [](A a) -> Task<B> { co_await g(a); }; co_await std::move(t); }"),
        0U);
    EXPECT_EQ(
        bracedAwaits("Task<> f() { run([](A a) -> Task<std::pair<A, B>> { co_return co_await g(a); }); }"),
        0U);
    EXPECT_EQ(bracedAwaits("Task<> f() const { switch (x) { case 1: { co_await g(); break; } } }"), 0U);
    EXPECT_EQ(bracedAwaits("A::A() : m_x{1}, m_y(2) { t = g(); } Task<> A::f() { co_await g(); }"), 0U);
    EXPECT_EQ(bracedAwaits("auto A::f() -> Task<int> { co_return co_await g(); }"), 0U);
    EXPECT_EQ(bracedAwaits("class A : public B<C> { public: struct D { int x; }; Task<> f() { if (a) { "
                           "co_await g(); } } };"),
              0U);
    EXPECT_EQ(bracedAwaits("void f() { [[maybe_unused]] auto r = co_await g(); }"), 0U);
    EXPECT_EQ(
        bracedAwaits("// co_await g({1});\nvoid f() { h(\"co_await g({1})\", '{', 1'000); co_await g(); }"),
        0U);
    EXPECT_EQ(bracedAwaits("#define X { co_await g({}); \\\n  {\nvoid f() { co_await g(); }"), 0U);
}

TEST(Names, AreRefusedInTheirFolders)
{
    EXPECT_EQ(forbiddenNames("model/a.cpp", "Settings::instance().load();"), 1U);
    EXPECT_EQ(forbiddenNames("model/a.h", "static Settings &instance();"), 1U);
    EXPECT_EQ(forbiddenNames("registryclient/a.cpp", "QEventLoop loop;"), 1U);
    EXPECT_EQ(forbiddenNames("ui/a.cpp", "QCoreApplication::processEvents();"), 1U);
    EXPECT_EQ(forbiddenNames("ui/a.cpp", "dialog.exec();"), 1U);
    EXPECT_EQ(forbiddenNames("model/a.cpp", "process.waitForFinished(-1);"), 1U);
    EXPECT_EQ(forbiddenNames("ui/a.cpp", "label->setTextFormat(Qt::RichText); view->setHtml(x);"), 2U);
    EXPECT_EQ(forbiddenNames("ui/a.h", "class View : public QTextBrowser"), 1U);
    EXPECT_EQ(forbiddenNames("tests/model/tst_a.cpp", "reply->ignoreSslErrors();"), 1U);
    EXPECT_EQ(forbiddenNames("registryclient/a.cpp", "tls.setPeerVerifyMode(QSslSocket::VerifyNone);"), 1U);
    EXPECT_EQ(forbiddenNames("tests/model/tst_a.cpp", "QTest::qSleep(100); std::this_thread::sleep_for(1s);"),
              2U);

    EXPECT_EQ(forbiddenNames("app/main.cpp", "SingleInstance instance(path);"), 0U);
    EXPECT_EQ(forbiddenNames("app/main.cpp", "QEventLoop loop; process.waitForFinished();"), 0U);
    EXPECT_EQ(forbiddenNames("tests/model/tst_a.cpp", "process.waitForStarted(); QEventLoop loop;"), 0U);
    EXPECT_EQ(forbiddenNames("model/a.cpp", "query.exec(); int instance = 1; // QEventLoop\n"), 0U);
    EXPECT_EQ(forbiddenNames("registryclient/a.cpp", "reply->ignoreSslErrors(answered);"), 0U);
    EXPECT_EQ(forbiddenNames("localregistry/http/a.cpp", "m_pool.waitForDone();"), 0U);
}

TEST(License, StandsAtTheHead)
{
    EXPECT_EQ(findMissingLicense({"oci/a.h", "#pragma once\n"}).size(), 1U);
    EXPECT_EQ(findMissingLicense({"oci/a.h", "\n\n\n\n// SPDX-License-Identifier: Apache-2.0\n"}).size(), 1U);
    EXPECT_EQ(findMissingLicense({"oci/a.h", ""}).size(), 1U);
    EXPECT_EQ(
        findMissingLicense({"oci/a.h", "// SPDX-License-Identifier: Apache-2.0\n#pragma once\n"}).size(), 0U);
    EXPECT_EQ(
        findMissingLicense({"scripts/a", "#!/bin/bash\n# SPDX-License-Identifier: Apache-2.0\n"}).size(), 0U);
}

TEST(SourceText, KeepsOffsetsAndLines)
{
    EXPECT_EQ(withoutCommentsAndLiterals("a /* x\ny */ b // c\nd"), "a     \n     b     \nd");
    EXPECT_EQ(withoutCommentsAndLiterals(R"(f("a\"b", 'c', u'd', 1'000))"), R"(f("    ", ' ', u' ', 1'000))");
    EXPECT_EQ(withoutCommentsAndLiterals("x = R\"(a\"{)\" + y"), "x = R\"     \" + y");
}

} // namespace quayside::layering

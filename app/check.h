// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QObject>
#include <QString>

namespace quayside {

class Application;

/// `quayside --check PICTURE`: waits until the embedded registry runs, asks it for /v2/ as any client would,
/// saves a picture of the window, and tells the exit code. For scripts that want to know whether a build
/// works.
class Check : public QObject
{
    Q_OBJECT

public:
    /// `application` must outlive this.
    Check(Application &application, QString picture, QObject *parent = nullptr);

signals:
    /// 0 if everything worked, else 1; what failed was printed.
    void finished(int exitCode);

private:
    void localChanged();
    void ping();
    void takePicture();
    void fail(const QString &reason);

    Application &m_application;
    QString m_picture;
};

} // namespace quayside

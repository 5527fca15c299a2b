// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/deleteplan.h"

#include <QJsonObject>
#include <QString>

#include <vector>

namespace quayside {

/// The sheet before a delete, as lines of text: what goes, what stays, what is freed, what can be undone.
/// `host`: "harbor.example:443".
QString sheetText(const DeletePlan &plan, const QString &host);
/// The same for programs.
QJsonObject sheetJson(const DeletePlan &plan, const QString &host);
/// "Delete 3 images and remove 1 tag", of all plans together.
QString deleteQuestion(const std::vector<DeletePlan> &plans);

} // namespace quayside

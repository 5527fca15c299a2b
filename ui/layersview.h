// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ui/look/rowdelegate.h"

#include <QAbstractListModel>
#include <QWidget>

#include <optional>

namespace quayside {

class RowView;
class TextLine;

/// One step of an image's history.
struct LayerRow
{
    QString keyword;            ///< "RUN", "COPY"; empty if the command has none.
    QString command;            ///< Untrusted.
    QString digest;             ///< The full digest; empty for a step without a layer.
    std::optional<qint64> size; ///< Bytes; nothing for a step without a layer.
    int otherTags = -1;         ///< Tags of other images with this layer; -1 = not known.

    /// What made it, with control characters made visible; "unknown" if nobody tells.
    QString shownCommand() const;
};

/// Splits "/bin/sh -c #(nop)  ENV A=b" and "RUN /bin/sh -c apt-get …" into keyword and command.
LayerRow layerRow(const QString &createdBy);

/// The layers of one platform: the command that made each, and a bar on one scale for all.
class LayersView : public QWidget
{
    Q_OBJECT

public:
    explicit LayersView(QWidget *parent);
    ~LayersView() override;

    void setLayers(const QList<LayerRow> &layers);

private:
    class Model;

    Model *m_model;
    TextLine *m_total;
    TextLine *m_shared;
    RowView *m_view;
};

} // namespace quayside

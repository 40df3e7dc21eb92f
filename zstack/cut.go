package zstack

import (
	"context"
	"log/slog"

	"github.com/zstack-go/zstack-go/internal/wire"
)

// serverRows is where the server stops in a query without a limit.
const serverRows = 1000

// warnIfCut logs a warning when the reply to a query without a limit has as many
// rows as the server returns at most, since it does not say whether there are more.
func (c *Client) warnIfCut(ctx context.Context, r *request, rep *reply) {
	if !r.unlimited || rep == nil || rep.result == nil || !c.logger.Enabled(ctx, slog.LevelWarn) {
		return
	}
	var rows wire.Text
	_, err := rep.result.Members(func(name string) any {
		if name == "inventories" {
			return &rows
		}
		return nil
	})
	if err != nil || len(rows) < serverRows || rows[0] != '[' {
		return
	}
	n, cursor := 0, wire.TrustingCursor(rows)
	_ = cursor.Parts(func([]byte, int) error {
		n++
		return cursor.Skip()
	})
	if n == serverRows {
		c.logger.LogAttrs(ctx, slog.LevelWarn, "zstack query without a limit returned the 1,000 rows that the server stops at; All reads every row",
			slog.String("action", r.action),
			slog.String("method", r.method),
			slog.String("path", r.shown),
		)
	}
}

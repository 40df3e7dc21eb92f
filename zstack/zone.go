package zstack

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"github.com/zstack-go/zstack-go/internal/wire"
	"github.com/zstack-go/zstack-go/internal/zone"
)

// Location returns the time zone that the client takes the server to be in: the one
// given by [WithLocation], else the one found at the last login that told it, else
// [time.Local]. Results, conditions and the dates of signatures go by it. A program
// that writes times for the server itself, in ZQL for instance, uses it after the
// first call that needs a session, which is when the client logs in:
//
//	since.In(client.Location()).Format(time.DateTime)
//
// It never returns nil and is safe for concurrent use. What it returns can change
// whenever the client logs in again.
func (c *Client) Location() *time.Location {
	if c == nil || c.zone.Load() == nil {
		return time.Local
	}
	return c.zone.Load().Location()
}

// decoder reads what comes from the server, in the time zone that it is taken to be
// in. What belongs together is read with one.
func (c *Client) decoder() *wire.Decoder { return c.zone.Load() }

// findZone finds out from the reply to a login which time zone the server is in. A
// reply that does not tell leaves it at what is known.
func (c *Client) findZone(ctx context.Context, rep *reply) {
	if c.location != nil || rep.status != http.StatusOK {
		return
	}
	found, now, ok := zone.Find(rep.body, rep.date)
	before := c.Location()
	if !ok || zone.Same(found, before) {
		return
	}
	c.zone.Store(wire.NewDecoder(found))
	c.logger.LogAttrs(ctx, slog.LevelInfo, "zstack server's time zone found; times are read and written in it",
		slog.String("server", c.server()),
		slog.String("location", found.String()),
		slog.String("before", before.String()),
		slog.String("local", zone.Name(zone.Offset(time.Local, now))),
	)
}

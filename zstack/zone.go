package zstack

import (
	"context"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/zstack-go/zstack-go/internal/wire"
)

const (
	// zoneStep is what the offsets of all time zones are multiples of.
	zoneStep = 15 * time.Minute
	// mostOffset is how far from UTC a time zone can be.
	mostOffset = 14 * time.Hour
	// offsetSlack is how far from a multiple of zoneStep the difference between a
	// server's wall clock and UTC can be: the login and the Date of its reply are not of
	// one moment.
	offsetSlack = 2 * time.Minute
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

// isLogin reports whether an action opens a session, so that the createDate of that is
// the time. A renewal returns the date of the login before it.
func isLogin(info *ActionInfo) bool {
	const start = "login"
	return !info.Reads && !info.Query && len(info.Name) > len(start) && strings.EqualFold(info.Name[:len(start)], start)
}

// findZone finds out from the reply to a login which time zone the server is in. A
// reply that does not tell leaves it at what is known.
func (c *Client) findZone(ctx context.Context, rep *reply) {
	if c.zoneGiven || rep.status != http.StatusOK {
		return
	}
	now, offset, ok := offsetIn(rep)
	if !ok {
		return
	}
	found := zoneAt(now, offset)
	before := c.Location()
	if isSame(found, before) {
		return
	}
	c.zone.Store(wire.NewDecoder(found))
	c.logger.LogAttrs(ctx, slog.LevelInfo, "zstack server's time zone found; times are read and written in it",
		slog.String("server", c.server()),
		slog.String("location", found.String()),
		slog.String("before", before.String()),
		slog.String("local", offsetName(offsetOf(time.Local, now))),
	)
}

// offsetIn returns how far the server's wall clock is from UTC, as the reply to a login
// has it: the session's createDate shows the one and the Date header the other. It is
// false where they tell no offset that a time zone can have.
func offsetIn(rep *reply) (now time.Time, offset time.Duration, ok bool) {
	var opened struct {
		Inventory struct {
			UUID       string `json:"uuid"`
			CreateDate string `json:"createDate"`
		} `json:"inventory"`
	}
	now, err := http.ParseTime(rep.date)
	if err != nil || wire.UTC.Decode(rep.body, &opened) != nil || opened.Inventory.UUID == "" {
		return now, 0, false
	}
	text := []byte(opened.Inventory.CreateDate)
	wall, err := wire.ParseTime(text, time.UTC)
	if err != nil {
		return now, 0, false
	}
	if elsewhere, _ := wire.ParseTime(text, time.FixedZone("", 3600)); elsewhere.Equal(wall) {
		return now, 0, false // it has a zone of its own, and is no wall clock
	}
	ahead := wall.Sub(now)
	offset = ahead.Round(zoneStep)
	return now, offset, (ahead-offset).Abs() <= offsetSlack && offset.Abs() <= mostOffset
}

// zoneAt returns the local zone where its offset is the server's, since it knows
// daylight saving; else a zone that is always as far from UTC.
func zoneAt(now time.Time, offset time.Duration) *time.Location {
	switch offset {
	case offsetOf(time.Local, now):
		return time.Local
	case 0:
		return time.UTC
	}
	return time.FixedZone(offsetName(offset), int(offset/time.Second))
}

// isSame tells found zones apart. Fixed ones have their offset in their names, which the
// local one has not.
func isSame(a, b *time.Location) bool { return a == b || a.String() == b.String() }

func offsetOf(location *time.Location, t time.Time) time.Duration {
	_, seconds := t.In(location).Zone()
	return time.Duration(seconds) * time.Second
}

// offsetName is an offset as people write it: UTC+05:30.
func offsetName(offset time.Duration) string {
	return "UTC" + time.Time{}.In(time.FixedZone("", int(offset/time.Second))).Format("-07:00")
}

// Package zone finds out which time zone a server is in, whose timestamps carry none.
package zone

import (
	"net/http"
	"time"

	"github.com/zstack-go/zstack-go/internal/wire"
)

const (
	// Step is what the offsets of all time zones are multiples of.
	Step = 15 * time.Minute
	// mostOffset is how far from UTC a time zone can be.
	mostOffset = 14 * time.Hour
	// offsetSlack is how far from a multiple of Step the difference between a
	// server's wall clock and UTC can be: the login and the Date of its reply are not of
	// one moment.
	offsetSlack = 2 * time.Minute
)

// Find returns the time zone that the reply to a login shows, and the time that it was: the
// session's createDate shows the server's wall clock, and date, the reply's Date header,
// shows UTC. It is false where they tell no offset that a time zone can have. It is the
// local zone where that has the server's offset, since that knows daylight saving; else a
// zone that is always as far from UTC.
func Find(login []byte, date string) (found *time.Location, now time.Time, ok bool) {
	now, offset, ok := offsetIn(login, date)
	if !ok {
		return nil, now, false
	}
	return at(now, offset), now, true
}

func offsetIn(login []byte, date string) (now time.Time, offset time.Duration, ok bool) {
	var opened struct {
		Inventory struct {
			UUID       string `json:"uuid"`
			CreateDate string `json:"createDate"`
		} `json:"inventory"`
	}
	now, err := http.ParseTime(date)
	if err != nil || wire.UTC.Decode(login, &opened) != nil || opened.Inventory.UUID == "" {
		return now, 0, false
	}
	created := []byte(opened.Inventory.CreateDate)
	wall, err := wire.ParseTime(created, time.UTC)
	if err != nil {
		return now, 0, false
	}
	if elsewhere, _ := wire.ParseTime(created, time.FixedZone("", 3600)); elsewhere.Equal(wall) {
		return now, 0, false // it has a zone of its own, and is not a wall clock
	}
	ahead := wall.Sub(now)
	offset = ahead.Round(Step)
	return now, offset, (ahead-offset).Abs() <= offsetSlack && offset.Abs() <= mostOffset
}

func at(now time.Time, offset time.Duration) *time.Location {
	switch offset {
	case Offset(time.Local, now):
		return time.Local
	case 0:
		return time.UTC
	}
	return time.FixedZone(Name(offset), int(offset/time.Second))
}

// Same tells found zones apart. Fixed ones have their offset in their names, which the
// local one has not.
func Same(a, b *time.Location) bool { return a == b || a.String() == b.String() }

// Offset returns how far a zone is from UTC at a time.
func Offset(location *time.Location, t time.Time) time.Duration {
	_, seconds := t.In(location).Zone()
	return time.Duration(seconds) * time.Second
}

// Name returns an offset as people write it: UTC+05:30.
func Name(offset time.Duration) string {
	return "UTC" + time.Time{}.In(time.FixedZone("", int(offset/time.Second))).Format("-07:00")
}

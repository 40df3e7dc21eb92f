package wire

import (
	"fmt"
	"math"
	"time"
	"unicode/utf8"
)

// iso are the forms of ISO 8601 that are read besides the server's own. Those
// with a zone are tried first.
var iso = []string{
	"2006-01-02T15:04:05Z07:00", // takes a fraction of a second too
	"2006-01-02T15:04:05Z0700",
	"2006-01-02 15:04:05Z07:00",
	"2006-01-02 15:04:05Z0700",
	"2006-01-02 15:04:05 Z0700",
	"2006-01-02T15:04:05",
	"2006-01-02 15:04:05",
	"2006-01-02T15:04",
	"2006-01-02 15:04",
	"2006-01-02",
}

// ParseTime reads a timestamp: "Nov 14, 2017 10:20:57 PM" as the server's JSON
// library writes it, "Nov 14, 2017, 10:20:57 PM" as it does on newer Java
// releases, with any kind of space before AM or PM, or ISO 8601. One without a
// zone is a time in loc.
func ParseTime(text []byte, loc *time.Location) (time.Time, error) {
	return new(clock).parse(text, loc)
}

// A clock reads timestamps of one time zone. It remembers how far that is from UTC, and for
// how long: to look it up takes as long as to read the timestamp.
type clock struct {
	ahead       int64 // seconds
	first, last int64 // that the wall clock shows, as if it were in UTC, while that holds
	plain       [48]byte
}

// parse reads a timestamp as ParseTime does. The location is the same each time.
func (c *clock) parse(text []byte, loc *time.Location) (time.Time, error) {
	if len(text) < len(c.plain) {
		plain := appendPlain(c.plain[:0], text)
		if wall, end := usualTime(append(plain, `"  `...), 0); end == len(plain) && end > 0 {
			return c.at(wall, loc), nil
		}
	}
	if len(text) > 0 && text[0] >= '0' && text[0] <= '9' {
		for _, layout := range iso {
			if t, err := time.ParseInLocation(layout, string(text), loc); err == nil {
				return t, nil
			}
		}
	}
	return time.Time{}, fmt.Errorf("%s is not a timestamp", form(text))
}

// at returns the time at which the wall clock shows so many seconds, as if it were in UTC.
func (c *clock) at(wall int64, loc *time.Location) time.Time {
	if wall >= c.first && wall < c.last {
		return time.Unix(wall-c.ahead, 0).In(loc)
	}
	// What the clock skips or shows twice is for package time to decide.
	const day = 24 * 60 * 60
	shown := time.Unix(wall, 0).UTC()
	t := time.Date(shown.Year(), shown.Month(), shown.Day(), shown.Hour(), shown.Minute(), shown.Second(), 0, loc)
	_, ahead := t.Zone()
	start, end := t.ZoneBounds()
	c.ahead, c.first, c.last = int64(ahead), math.MinInt64, math.MaxInt64
	if !start.IsZero() {
		c.first = start.Unix() + c.ahead + day
	}
	if !end.IsZero() {
		c.last = end.Unix() + c.ahead - day
	}
	return t
}

// appendPlain appends a timestamp of a newer Java release, which has a comma behind the year
// and other spaces, as older ones write it.
func appendPlain(plain, text []byte) []byte {
	const day = len("Nov 4, 2017")
	for i := 0; i < len(text); {
		r, length := utf8.DecodeRune(text[i:])
		switch {
		case r == '\u202f', r == '\u00a0':
			r = ' '
		case r == ',' && (len(plain) == day || len(plain) == day+1) && text[i-1]-'0' <= 9 && i+1 < len(text) && text[i+1]-'0' > 9:
			i++
			continue
		}
		plain = utf8.AppendRune(plain, r)
		i += length
	}
	return plain
}

// usualTime reads a timestamp such as "Nov 14, 2017 10:20:57 PM", with a quote behind, of
// which a large reply holds tens of thousands: time.Parse takes twenty times as long for
// each. It returns what the wall clock showed, in seconds as if it were in UTC, and where
// the quote is; 0 for something else. It has next to no branches that depend on what the
// timestamp is, which nobody can foretell.
func usualTime(text []byte, i int) (wall int64, end int) {
	const shortest = len("Nov 4, 2017 1:20:57 AM")
	if len(text)-i <= shortest+2 {
		return 0, 0
	}
	length := shortest + 2
	if text[i+shortest] == '"' {
		length = shortest
	}
	if text[i+shortest+1] == '"' {
		length = shortest + 1
	}
	s := text[i : i+length]
	if text[i+length] != '"' {
		return 0, 0
	}
	twoDays, twoHours := 0, 0 // how many digits more than one
	if s[6] == ',' {
		twoDays = 1
	}
	end = len(s)
	if s[end-11] != ' ' {
		twoHours = 1
	}
	d, y, h, m, n := s[4:], s[7+twoDays:], s[end-10-twoHours:], s[end-8:], s[end-5:]
	if len(s) != shortest+twoDays+twoHours || s[3] != ' ' || d[1+twoDays] != ',' || d[2+twoDays] != ' ' || y[4] != ' ' ||
		m[0] > '5' || n[0] > '5' || s[end-9] != ':' || s[end-6] != ':' || s[end-3] != ' ' || s[end-1] != 'M' {
		return 0, 0
	}
	var bad byte
	digit := func(c byte) int {
		c -= '0'
		bad |= c | (c + 0x80 - 10)
		return int(c)
	}
	day := 10*twoDays*digit(d[0]) + digit(d[twoDays])
	hour := 10*twoHours*digit(h[0]) + digit(h[twoHours])
	year := 1000*digit(y[0]) + 100*digit(y[1]) + 10*digit(y[2]) + digit(y[3])
	minute, second := 10*digit(m[0])+digit(m[1]), 10*digit(n[0])+digit(n[1])
	month := monthOf(s)
	afternoon := 0
	if s[end-2] == 'P' {
		afternoon = 12
	}
	if bad >= 0x80 || afternoon == 0 && s[end-2] != 'A' || month == 0 || hour < 1 || hour > 12 || day < 1 || day > 28 && day > daysIn(month, year) {
		return 0, 0
	}
	days, hour := daysBefore(year, month)+day-1, hour%12+afternoon
	return int64(days)*86400 + int64(hour*3600+minute*60+second), i + length
}

// daysBefore is how many days there were since 1970 before a month.
func daysBefore(year int, month time.Month) int {
	// Years begin in March, and with them cycles of 400, so that the odd days come last.
	const cycle, since = 146_097, 719_468
	if month <= time.February {
		year, month = year-1, month+12
	}
	year += 400
	return 365*year + year/4 - year/100 + year/400 + (153*(int(month)-3)+2)/5 - since - cycle
}

func daysIn(m time.Month, year int) int {
	switch m {
	case time.February:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	case time.April, time.June, time.September, time.November:
		return 30
	default:
		return 31
	}
}

// months has the month for each name of three letters, where its hash says.
var months = func() (table [16]struct {
	name  string
	month time.Month
}) {
	for m := time.January; m <= time.December; m++ {
		entry := &table[monthHash(m.String())]
		entry.name, entry.month = m.String()[:3], m
	}
	return table
}()

// monthHash is another number below 16 for each month.
func monthHash[T string | []byte](s T) uint { return (uint(s[1]) + 15*uint(s[2])) >> 2 & 15 }

// monthOf returns the month that a name of three letters stands for at the start of s; 0
// for none.
func monthOf(s []byte) time.Month {
	entry := &months[monthHash(s)]
	if entry.name != string(s[:3]) {
		return 0
	}
	return entry.month
}

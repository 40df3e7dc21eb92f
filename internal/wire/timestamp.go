package wire

import (
	"bytes"
	"fmt"
	"time"
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
	if t, ok := parseEnglish(text, loc); ok {
		return t, nil
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

// parseEnglish is written by hand because a large reply holds tens of thousands
// of timestamps, and time.Parse takes six times as long for each.
func parseEnglish(s []byte, loc *time.Location) (time.Time, bool) {
	month := month(s)
	if month == 0 {
		return time.Time{}, false
	}
	in := scanner{rest: s[3:]}
	in.space()
	day := in.number(1, 2)
	in.char(',')
	in.space()
	year := in.number(4, 4)
	if len(in.rest) > 0 && in.rest[0] == ',' {
		in.char(',')
	}
	in.space()
	hour := in.number(1, 2)
	in.char(':')
	minute := in.number(2, 2)
	in.char(':')
	second := in.number(2, 2)
	in.space()
	switch {
	case in.failed || hour < 1 || hour > 12 || minute > 59 || second > 59:
		return time.Time{}, false
	case string(in.rest) == "AM":
		hour %= 12
	case string(in.rest) == "PM":
		hour = hour%12 + 12
	default:
		return time.Time{}, false
	}
	if day < 1 || day > daysIn(month, year) {
		return time.Time{}, false
	}
	return time.Date(year, month, day, hour, minute, second, 0, loc), true
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

const months = "JanFebMarAprMayJunJulAugSepOctNovDec"

func month(s []byte) time.Month {
	if len(s) < 3 {
		return 0
	}
	for i := 0; i < len(months); i += 3 {
		if string(s[:3]) == months[i:i+3] {
			return time.Month(i/3 + 1)
		}
	}
	return 0
}

// scanner reads the parts of a timestamp and remembers whether one was missing.
type scanner struct {
	rest   []byte
	failed bool
}

func (in *scanner) char(c byte) {
	if len(in.rest) == 0 || in.rest[0] != c {
		in.failed = true
		return
	}
	in.rest = in.rest[1:]
}

// space takes one space: a plain one, or one of the no-break spaces that newer
// Java releases write.
func (in *scanner) space() {
	if len(in.rest) > 0 && in.rest[0] == ' ' {
		in.rest = in.rest[1:]
		return
	}
	for _, s := range [...]string{"\u202f", "\u00a0"} {
		if bytes.HasPrefix(in.rest, []byte(s)) {
			in.rest = in.rest[len(s):]
			return
		}
	}
	in.failed = true
}

func (in *scanner) number(least, most int) int {
	n, i := 0, 0
	for i < most && i < len(in.rest) && in.rest[i] >= '0' && in.rest[i] <= '9' {
		n = n*10 + int(in.rest[i]-'0')
		i++
	}
	if i < least {
		in.failed = true
	}
	in.rest = in.rest[i:]
	return n
}

package wire

import (
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
	"time"
	_ "time/tzdata" // the zones must be there on every machine

	"github.com/stretchr/testify/require"
)

// serverForm is how the server's JSON library writes a time.
const serverForm = "Jan 2, 2006 3:04:05 PM"

func zone(t *testing.T, name string) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation(name)
	require.NoError(t, err)
	return loc
}

func TestParseTime(t *testing.T) {
	t.Parallel()
	utc := func(year int, month time.Month, day, hour, minute, second, nanosecond int) time.Time {
		return time.Date(year, month, day, hour, minute, second, nanosecond, time.UTC)
	}
	night := utc(2017, time.November, 14, 22, 20, 57, 0)
	tests := []struct {
		name, text string
		want       time.Time
	}{
		{"Java 8", "Nov 14, 2017 10:20:57 PM", night},
		{"Java 9", "Nov 14, 2017, 10:20:57 PM", night},
		{"Java 20", "Nov 14, 2017, 10:20:57\u202fPM", night},
		{"narrow space, no comma", "Nov 14, 2017 10:20:57\u202fPM", night},
		{"no-break space", "Nov 14, 2017, 10:20:57\u00a0PM", night},
		{"no-break spaces all over", "Nov\u00a014,\u00a02017,\u202f10:20:57\u202fPM", night},
		{"morning", "Nov 14, 2017 10:20:57 AM", utc(2017, time.November, 14, 10, 20, 57, 0)},
		{"midnight", "Nov 14, 2017 12:00:00 AM", utc(2017, time.November, 14, 0, 0, 0, 0)},
		{"after midnight", "Nov 14, 2017 12:59:59 AM", utc(2017, time.November, 14, 0, 59, 59, 0)},
		{"noon", "Nov 14, 2017 12:00:00 PM", utc(2017, time.November, 14, 12, 0, 0, 0)},
		{"after noon", "Nov 14, 2017 12:59:59 PM", utc(2017, time.November, 14, 12, 59, 59, 0)},
		{"one digit", "Nov 4, 2017 1:20:57 PM", utc(2017, time.November, 4, 13, 20, 57, 0)},
		{"two digits", "Nov 04, 2017 01:20:57 PM", utc(2017, time.November, 4, 13, 20, 57, 0)},
		{"last second", "Dec 31, 2017 11:59:59 PM", utc(2017, time.December, 31, 23, 59, 59, 0)},
		{"leap day", "Feb 29, 2016 1:00:00 AM", utc(2016, time.February, 29, 1, 0, 0, 0)},
		{"leap day of a century", "Feb 29, 2000 1:00:00 AM", utc(2000, time.February, 29, 1, 0, 0, 0)},
		{"last of thirty", "Apr 30, 2017 1:00:00 AM", utc(2017, time.April, 30, 1, 0, 0, 0)},
		{"last of thirty-one", "Aug 31, 2017 1:00:00 AM", utc(2017, time.August, 31, 1, 0, 0, 0)},
		{"the epoch", "Jan 1, 1970 12:00:00 AM", utc(1970, time.January, 1, 0, 0, 0, 0)},
		{"far ahead", "Dec 31, 9999 11:59:59 PM", utc(9999, time.December, 31, 23, 59, 59, 0)},
		{"ISO", "2017-11-14T22:20:57", night},
		{"ISO, a space", "2017-11-14 22:20:57", night},
		{"ISO, Z", "2017-11-14T22:20:57Z", night},
		{"ISO, a space and Z", "2017-11-14 22:20:57Z", night},
		{"ISO, offset", "2017-11-15T06:20:57+08:00", night},
		{"ISO, offset without colon", "2017-11-15T06:20:57+0800", night},
		{"ISO, a space and offset", "2017-11-15 06:20:57+08:00", night},
		{"ISO, a space and offset without colon", "2017-11-15 06:20:57+0800", night},
		{"ISO, two spaces", "2017-11-15 06:20:57 +0800", night},
		{"ISO, behind", "2017-11-14T17:20:57-05:00", night},
		{"ISO, milliseconds", "2017-11-14T22:20:57.123Z", night.Add(123 * time.Millisecond)},
		{"ISO, fraction without zone", "2017-11-14T22:20:57.123456789", night.Add(123456789)},
		{"ISO, fraction and offset", "2017-11-15T06:20:57.5+0800", night.Add(500 * time.Millisecond)},
		{"ISO, minutes", "2017-11-14T22:20", night.Add(-57 * time.Second)},
		{"ISO, minutes, a space", "2017-11-14 22:20", night.Add(-57 * time.Second)},
		{"ISO, a day", "2017-11-14", utc(2017, time.November, 14, 0, 0, 0, 0)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := ParseTime([]byte(tt.text), time.UTC)
			require.NoError(t, err)
			require.True(t, tt.want.Equal(got), "%v, not %v", got, tt.want)
		})
	}
}

func TestParseTimeMonths(t *testing.T) {
	t.Parallel()
	for m := time.January; m <= time.December; m++ {
		t.Run(m.String(), func(t *testing.T) {
			t.Parallel()
			got, err := ParseTime([]byte(m.String()[:3]+" 4, 2017 1:20:57 AM"), time.UTC)
			require.NoError(t, err)
			require.Equal(t, time.Date(2017, m, 4, 1, 20, 57, 0, time.UTC), got)
		})
	}
}

func TestParseTimeErrors(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, text string }{
		{"empty", ""},
		{"space", " "},
		{"garbage", "yesterday"},
		{"null", "null"},
		{"milliseconds", "1510697000000"},
		{"a month", "Nov"},
		{"part of a month", "No"},
		{"no such month", "Nox 14, 2017 10:20:57 PM"},
		{"long month", "November 14, 2017 10:20:57 PM"},
		{"small month", "nov 14, 2017 10:20:57 PM"},
		{"across two months", "anF 14, 2017 10:20:57 PM"},
		{"day zero", "Nov 0, 2017 10:20:57 PM"},
		{"day 31 of 30", "Nov 31, 2017 10:20:57 PM"},
		{"day 32", "Dec 32, 2017 10:20:57 PM"},
		{"three-digit day", "Nov 014, 2017 10:20:57 PM"},
		{"no day", "Nov , 2017 10:20:57 PM"},
		{"no leap year", "Feb 29, 2017 10:20:57 PM"},
		{"no leap century", "Feb 29, 1900 10:20:57 PM"},
		{"February 30", "Feb 30, 2016 10:20:57 PM"},
		{"two-digit year", "Nov 14, 17 10:20:57 PM"},
		{"five-digit year", "Nov 14, 20177 10:20:57 PM"},
		{"no comma", "Nov 14 2017 10:20:57 PM"},
		{"two commas", "Nov 14, 2017,, 10:20:57 PM"},
		{"no space before the year", "Nov 14,2017 10:20:57 PM"},
		{"no space after the month", "Nov14, 2017 10:20:57 PM"},
		{"no space after the comma", "Nov 14, 2017,10:20:57 PM"},
		{"two spaces", "Nov 14, 2017  10:20:57 PM"},
		{"hour zero", "Nov 14, 2017 0:20:57 PM"},
		{"hour 13", "Nov 14, 2017 13:20:57 PM"},
		{"24 hours", "Nov 14, 2017 22:20:57"},
		{"minute 60", "Nov 14, 2017 10:60:57 PM"},
		{"second 60", "Nov 14, 2017 10:20:60 PM"},
		{"one-digit minute", "Nov 14, 2017 10:2:57 PM"},
		{"one-digit second", "Nov 14, 2017 10:20:5 PM"},
		{"three-digit second", "Nov 14, 2017 10:20:057 PM"},
		{"no second", "Nov 14, 2017 10:20 PM"},
		{"fraction", "Nov 14, 2017 10:20:57.1 PM"},
		{"no half of the day", "Nov 14, 2017 10:20:57"},
		{"no half of the day but its space", "Nov 14, 2017 10:20:57 "},
		{"small half", "Nov 14, 2017 10:20:57 pm"},
		{"half of a half", "Nov 14, 2017 10:20:57 P"},
		{"no space before the half", "Nov 14, 2017 10:20:57PM"},
		{"half of a narrow space", "Nov 14, 2017 10:20:57\xe2\x80PM"},
		{"trailing text", "Nov 14, 2017 10:20:57 PM UTC"},
		{"trailing space", "Nov 14, 2017 10:20:57 PM "},
		{"leading space", " Nov 14, 2017 10:20:57 PM"},
		{"negative day", "Nov -4, 2017 10:20:57 PM"},
		{"ISO month 13", "2017-13-14T22:20:57Z"},
		{"ISO month 0", "2017-00-14T22:20:57Z"},
		{"ISO day 31 of 30", "2017-11-31T22:20:57Z"},
		{"ISO no leap year", "2017-02-29"},
		{"ISO hour 24", "2017-11-14T24:20:57Z"},
		{"ISO minute 60", "2017-11-14T22:60:57"},
		{"ISO second 61", "2017-11-14T22:20:61"},
		{"ISO without T", "20171114222057"},
		{"ISO trailing text", "2017-11-14T22:20:57Z[UTC]"},
		{"ISO a named zone", "2017-11-14T22:20:57 CET"},
		{"ISO a month", "2017-11"},
		{"ISO leading space", " 2017-11-14T22:20:57Z"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := ParseTime([]byte(tt.text), time.UTC)
			require.EqualError(t, err, form([]byte(tt.text))+" is not a timestamp")
			require.True(t, got.IsZero())
		})
	}
}

func TestParseTimeErrorIsShort(t *testing.T) {
	t.Parallel()
	_, err := ParseTime([]byte("Nov 14, 2017 "+strings.Repeat("1", 1000)), time.UTC)
	require.EqualError(t, err, `a value of the form "xxx 99, 9999 `+strings.Repeat("9", 27)+`"... is not a timestamp`)
}

// A time without a zone is the server's; one with a zone says itself when it is.
func TestParseTimeLocation(t *testing.T) {
	t.Parallel()
	shanghai, newYork := zone(t, "Asia/Shanghai"), zone(t, "America/New_York")
	tests := []struct {
		name, text string
		loc        *time.Location
		want       string
	}{
		{"the server's form", "Nov 14, 2017 10:20:57 PM", shanghai, "2017-11-14T14:20:57Z"},
		{"ISO without zone", "2017-11-14T22:20:57", shanghai, "2017-11-14T14:20:57Z"},
		{"a day", "2017-11-14", shanghai, "2017-11-13T16:00:00Z"},
		{"ISO with Z", "2017-11-14T22:20:57Z", shanghai, "2017-11-14T22:20:57Z"},
		{"ISO with another offset", "2017-11-14T22:20:57+01:00", shanghai, "2017-11-14T21:20:57Z"},
		{"winter", "Jan 14, 2017 10:20:57 PM", newYork, "2017-01-15T03:20:57Z"},
		{"summer", "Jul 14, 2017 10:20:57 PM", newYork, "2017-07-15T02:20:57Z"},
		{"before the clocks go back", "Nov 5, 2017 12:59:59 AM", newYork, "2017-11-05T04:59:59Z"},
		{"after the clocks went back", "Nov 5, 2017 2:00:00 AM", newYork, "2017-11-05T07:00:00Z"},
		{"before the clocks go forward", "Mar 12, 2017 1:59:59 AM", newYork, "2017-03-12T06:59:59Z"},
		{"after the clocks went forward", "Mar 12, 2017 3:00:00 AM", newYork, "2017-03-12T07:00:00Z"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := ParseTime([]byte(tt.text), tt.loc)
			require.NoError(t, err)
			require.Equal(t, tt.want, got.UTC().Format(time.RFC3339))
		})
	}
}

func TestParseTimeKeepsTheLocation(t *testing.T) {
	t.Parallel()
	loc := zone(t, "Europe/Berlin")
	for _, text := range []string{"Nov 14, 2017 10:20:57 PM", "2017-11-14T22:20:57", "2017-11-14T22:20:57+01:00"} {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			got, err := ParseTime([]byte(text), loc)
			require.NoError(t, err)
			require.Equal(t, time.Date(2017, time.November, 14, 22, 20, 57, 0, loc), got)
		})
	}
}

// The parser written by hand agrees with time.ParseInLocation, also in the hours
// that a zone skips or has twice.
func TestParseTimeAgreesWithTheStandardLibrary(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"UTC", "Asia/Shanghai", "America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "Pacific/Apia"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			loc := zone(t, name)
			const seed = 20261124
			r := rand.New(rand.NewPCG(seed, seed))
			from, to := time.Date(1970, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC)
			for range 5_000 {
				// Of a wall clock, not of a zone: that has the skipped hours too.
				wall := time.Unix(from.Unix()+r.Int64N(to.Unix()-from.Unix()), 0).UTC()
				checkEnglish(t, wall, loc)
			}
			for day := time.Date(2011, 1, 1, 0, 0, 0, 0, time.UTC); day.Year() == 2011; day = day.Add(30 * time.Minute) {
				checkEnglish(t, day, loc) // every change of the clocks in a year
			}
		})
	}
}

func checkEnglish(t *testing.T, wall time.Time, loc *time.Location) {
	t.Helper()
	text := wall.Format(serverForm)
	want, err := time.ParseInLocation(serverForm, text, loc)
	require.NoError(t, err)
	for _, form := range []string{serverForm, "Jan 2, 2006, 3:04:05\u202fPM"} {
		got, err := ParseTime([]byte(wall.Format(form)), loc)
		require.NoError(t, err, text)
		require.Equal(t, want, got, text)
	}
}

// Whatever stands in the place of a byte of a timestamp, it is read as the standard library
// reads it, or not at all.
func TestParseTimeWithEveryByteInEveryPlace(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"Nov 4, 2017 1:20:57 AM", "Nov 14, 2017 1:20:57 PM", "Nov 4, 2017 11:20:57 AM", "Dec 31, 1999 12:59:59 PM", "Nov 14, 2017, 1:20:57 PM", "Nov 4, 2017, 11:20:57 AM"} {
		for i := range text {
			for c := range 256 {
				changed := text[:i] + string([]byte{byte(c)}) + text[i+1:]
				want, wantErr := time.Parse("Jan 2, 2006 3:04:05 PM", changed)
				if wantErr != nil {
					want, wantErr = time.Parse("Jan 2, 2006, 3:04:05 PM", changed)
				}
				got, err := ParseTime([]byte(changed), time.UTC)
				if err == nil {
					require.NoError(t, wantErr, "%q", changed)
					require.True(t, want.Equal(got), "%q", changed)
					continue
				}
				// The standard library takes any case, and spaces before digits.
				if wantErr == nil {
					require.NotEqual(t, want.Format("Jan 2, 2006 3:04:05 PM"), strings.Replace(changed, "7, ", "7 ", 1))
				}
				var out time.Time
				require.Error(t, UTC.Decode(strconv.AppendQuote(nil, changed), &out))
			}
		}
	}
}

// A list of timestamps is read with what is remembered of the zone. Every hour of years with
// changes of the clock is what package time says that it is.
func TestTimestampsAroundChangesOfTheClock(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"UTC", "Asia/Shanghai", "America/New_York", "Australia/Lord_Howe", "Europe/Dublin", "Africa/Casablanca", "Pacific/Apia"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			loc := zone(t, name)
			var want, got []time.Time
			text := []byte("[")
			for wall := time.Date(2011, time.December, 1, 0, 30, 59, 0, time.UTC); wall.Year() < 2014; wall = wall.Add(time.Hour) {
				want = append(want, time.Date(wall.Year(), wall.Month(), wall.Day(), wall.Hour(), 30, 59, 0, loc))
				text = append(strconv.AppendQuote(text, wall.Format("Jan 2, 2006 3:04:05 PM")), ',')
			}
			text[len(text)-1] = ']'
			require.NoError(t, NewDecoder(loc).Decode(text, &got))
			require.Equal(t, want, got)
		})
	}
}

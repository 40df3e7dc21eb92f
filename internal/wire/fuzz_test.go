package wire

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func FuzzParseInt(f *testing.F) {
	for _, seed := range []string{
		"", "0", "-0", "123", "-123", "1.0", "8.589934592E9", "9223372036854775807", "-9223372036854775808", "9223372036854775808",
		"9.223372036854775807E18", "1e18", "0e999999999", "1e30", "1.5", "15e-1", "150e-2", "1500e-2", "007", "+1", "1.", ".5", "1e", "1e+-1", "abc",
		"1e-99999999999999999999", "0.00000000000000000000001e23",
	} {
		f.Add(seed)
	}
	f.Fuzz(checkParseInt)
}

// FuzzParseTime checks that what is read as a time is read again as the same
// time, once it is written as the server writes it.
func FuzzParseTime(f *testing.F) {
	for _, seed := range []string{
		"", "Nov 14, 2017 10:20:57 PM", "Nov 14, 2017, 10:20:57 PM", "Nov 4, 2017, 1:20:57\u202fAM", "Feb 29, 2016 12:00:00\u00a0AM",
		"Feb 29, 2017 12:00:00 PM", "Dec 31, 0000 11:59:59 PM", "2017-11-14T22:20:57.123+08:00", "2017-11-14 22:20:57 +0800", "2017-11-14T22:20",
		"2017-11-14", "9999-12-31T23:59:59-23:59", "0000-01-01T00:00:00+23:59", "Nov", "yesterday",
	} {
		f.Add(seed)
	}
	loc := time.FixedZone("", -(3*3600 + 30*60))
	f.Fuzz(func(t *testing.T, text string) {
		read, err := ParseTime([]byte(text), loc)
		if err != nil {
			require.True(t, read.IsZero())
			return
		}
		read = read.In(loc).Truncate(time.Second)
		if read.Year() < 0 || read.Year() > 9999 {
			return // in another zone; the server's form has no such years
		}
		again, err := ParseTime([]byte(read.Format(serverForm)), loc)
		require.NoError(t, err)
		require.True(t, read.Equal(again), "%v, not %v", again, read)
	})
}

// FuzzDecode checks that no text makes a reader panic or return an error that is
// not one of ours, that none is JSON to one reader and not to the others, and
// that what was read can be written.
func FuzzDecode(f *testing.F) {
	for _, seed := range []string{
		``, `null`, `{}`, `[]`, `{"inventories":[{"uuid":"u","number":"1","memorySize":8.589934592E9,"ready":"true","weight":"1.5"}]}`,
		`{"inventory":{"createDate":"Nov 14, 2017 10:20:57 PM","extra":[1,9007199254740993,18446744073709551615,1e400,null]}}`,
		`{"inventory":{"info":{"a":{"b":[null]}},"Sizes":{"a":"1"},"tags":["a",null],"state":"x"}}`, `{"a":1,"a":2}`, "{\"\xff\":\"\xff\"}",
		`{"a":"\ud800"}`, `{"inventory":{"memorySize":"x"}}`, `[[[[[[]]]]]]`, `{"a":1]`, `{}x`, `{"inventory":{"root":{"vmNics":[{"ready":{}}]}}}`,
	} {
		f.Add([]byte(seed))
	}
	d := NewDecoder(time.UTC)
	f.Fuzz(func(t *testing.T, data []byte) {
		typed := func(err error) (syntax bool) {
			var field *FieldError
			var syntactic *SyntaxError
			require.True(t, err == nil || errors.As(err, &field) || errors.As(err, &syntactic), "%T: %v", err, err)
			return syntactic != nil
		}
		var v any
		err := d.Decode(data, &v)
		broken := typed(err)
		require.Equal(t, broken, err != nil, "any takes every JSON: %v", err)
		_, isObject := v.(map[string]any)
		err = d.Members(data, func(string) any { return nil })
		typed(err)
		require.Equal(t, !broken && isObject, err == nil, "Members: %v", err)
		typed(d.Decode(data, new(reply)))
		typed(d.Decode(data, new(inventory)))
		typed(d.Members(data, func(string) any { return new(inventory) }))
		typed(d.Parts(data, func(_ string, value []byte) error {
			require.NoError(t, d.Decode(value, new(any)))
			return nil
		}))
		typed(RawMembers(data, func(_ string, value []byte) error {
			require.NoError(t, DecodeInput(value, new(any)))
			return nil
		}))
		typed(DecodeInput(data, new(reply)))
		if !broken {
			checkWritten(t, d, v)
		}
	})
}

// checkWritten checks that what was read comes out as JSON, and the same when
// that is read.
func checkWritten(t *testing.T, d *Decoder, v any) {
	t.Helper()
	text, err := Encode(v)
	require.NoError(t, err)
	var again any
	require.NoError(t, d.Decode(text, &again))
	written, err := Encode(again)
	require.NoError(t, err)
	require.Equal(t, string(text), string(written))
}

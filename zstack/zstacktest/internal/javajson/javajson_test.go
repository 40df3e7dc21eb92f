package javajson

import (
	"encoding/json"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestDoublesAreWrittenAsJavaDoes(t *testing.T) {
	t.Parallel()
	for f, want := range map[float64]string{
		0: "0.0", 1: "1.0", -1: "-1.0", 8589934592: "8.589934592E9", 107374182400: "1.073741824E11", 9999999: "9999999.0",
		10000000: "1.0E7", 1234567.5: "1234567.5", 0.001: "0.001", 0.0001: "1.0E-4", 0.5: "0.5", -12345678: "-1.2345678E7",
		math.MaxInt64: "9.223372036854775807E18", 1e100: "1.0E100",
	} {
		if f == math.MaxInt64 {
			want = "9.223372036854776E18"
		}
		require.Equal(t, want, string(appendDouble(nil, f)))
	}
	require.Equal(t, "null", string(appendDouble(nil, math.NaN())))
}

func TestStringsSurvive(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"", "plain", `"quoted" \ back`, "line\nfeed\r\ttab", "\x00\x1f", "中文 🙂", "a\u2028b\u2029c", "<&>", "\u007f", "\ufffd"} {
		var back string
		require.NoError(t, json.Unmarshal(appendString(nil, s), &back), "%q", s)
		require.Equal(t, s, back)
	}
	require.Equal(t, "\"a\ufffdb\"", string(appendString(nil, "a\xffb")))
}

func FuzzStrings(f *testing.F) {
	f.Add("a\"\\\n\u2028\xff")
	f.Fuzz(func(t *testing.T, s string) {
		var got, want string
		require.NoError(t, json.Unmarshal(appendString(nil, s), &got))
		standard, err := json.Marshal(s)
		require.NoError(t, err)
		require.NoError(t, json.Unmarshal(standard, &want))
		require.Equal(t, want, got)
	})
}

func TestTimestampsAreInTheNodesZone(t *testing.T) {
	t.Parallel()
	for at, want := range map[time.Time]string{
		time.Date(2017, 11, 14, 14, 20, 57, 0, time.UTC): `"Nov 14, 2017 10:20:57 PM"`,
		time.Date(2017, 11, 30, 16, 0, 0, 0, time.UTC):   `"Dec 1, 2017 12:00:00 AM"`,
		time.Date(2017, 12, 1, 4, 5, 6, 0, time.UTC):     `"Dec 1, 2017 12:05:06 PM"`,
	} {
		e := Encoder{Location: time.FixedZone("", 8*3600), Layout: TimestampLayout}
		e.value(at)
		require.Equal(t, want, string(e.Buf))
	}
}

func TestSchemaPaths(t *testing.T) {
	t.Parallel()
	nic := func() *Object { return &Object{Class: "Nic", Members: []Member{{"uuid", "n"}}} }
	vm := &Object{Class: "VM", Members: []Member{{"name", "v"}, {"vmNics", []*Object{nic(), nic()}}}}
	result := &Object{Members: []Member{{"inventory", vm}, {"inventories", []*Object{vm}}, {"total", int64(1)}}}
	e := Encoder{}
	e.Object(result.Schema())
	require.JSONEq(t, `{"inventory": "VM", "inventory.vmNics[0]": "Nic", "inventory.vmNics[1]": "Nic",
		"inventories[0]": "VM", "inventories[0].vmNics[0]": "Nic", "inventories[0].vmNics[1]": "Nic"}`, string(e.Buf))
}

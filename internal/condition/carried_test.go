package condition_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/internal/condition"
)

func TestCarried(t *testing.T) {
	t.Parallel()
	moment := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	east := time.FixedZone("", 8*3600)
	for name, tt := range map[string]struct {
		made   condition.Condition
		want   string // in the east
		reason string
		timed  bool
	}{
		"a string":        {made: condition.Compare("name", "=", "vm"), want: "name=vm"},
		"a time":          {made: condition.Compare("createDate", ">", moment), want: "createDate>2026-01-02 11:04:05", timed: true},
		"several times":   {made: condition.List("createDate", "?=", []time.Time{moment, moment.Add(time.Hour)}), want: "createDate?=2026-01-02 11:04:05,2026-01-02 12:04:05", timed: true},
		"no value":        {made: condition.Compare("hostUuid", " is null", ""), want: "hostUuid is null"},
		"nothing":         {made: condition.Condition{}, reason: "an empty condition asks for nothing"},
		"a quote":         {made: condition.Compare("name", "=", "it's"), reason: `name is compared with a value that contains a single quote, on which the server fails; ZQLQueryAction can ask for it: "... where name = " + zstack.QuoteZQL(value)`},
		"not a field":     {made: condition.Compare("a b", "=", "x"), reason: `"a b" is not the name of a field`},
		"an empty list":   {made: condition.List("name", "?=", []string{}), reason: "name is compared with an empty list"},
		"a misread value": {made: condition.Compare("name", ">", "=a"), reason: `name is compared with a value that contains ">=", where the server would divide the condition; ZQLQueryAction can ask for it: "... where name > " + zstack.QuoteZQL(value)`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			carried := tt.made.Carry()
			reason, refused := carried.Refusal()
			if tt.reason != "" {
				require.True(t, refused)
				require.Equal(t, tt.reason, reason)
				return
			}
			require.False(t, refused)
			require.Equal(t, tt.want, carried.In(east))
			require.Equal(t, tt.timed, carried.HasTime())
		})
	}
}

// What a caller has written is sent as it is, whatever is in it.
func TestWhatACallerWroteIsCarriedAsItIs(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"", "name=vm", "a>=b", "x=\x01", "x=\x01not a time,y", "'"} {
		require.Equal(t, s, condition.Carried(s).In(time.UTC))
		require.False(t, condition.Carried(s).HasTime())
	}
}

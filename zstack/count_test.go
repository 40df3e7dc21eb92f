package zstack_test

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/zstack"
)

// rowsFor is the reply of a server with n rows to a query, of which it returns at
// most 1,000 at a time.
func rowsFor(query url.Values, n int) string {
	limit, start := 1000, 0
	if query.Has("limit") {
		limit, _ = strconv.Atoi(query.Get("limit"))
	}
	start, _ = strconv.Atoi(query.Get("start"))
	return `{"schema":{},"inventories":[` + strings.TrimSuffix(strings.Repeat(`{"name":"x"},`, max(0, min(n-start, limit))), ",") + `]}`
}

// QueryNetworkServiceProvider sends no total, and what a server lacks can look like
// another resource that is not there, which has none either.
func TestCountWithoutATotal(t *testing.T) {
	t.Parallel()
	rows := func(n int) func(url.Values) string {
		return func(query url.Values) string { return rowsFor(query, n) }
	}
	some := []string{"name=x"}
	for name, test := range map[string]struct {
		conditions []string
		serve      func(query url.Values) string
		want       int64
		err        string // empty for none
		sent       int
	}{
		"rows instead":            {nil, rows(4), 4, "", 1},
		"rows, some of them":      {some, rows(4), 4, "", 1},
		"many rows":               {nil, rows(2600), 2600, "", 7},
		"a page of rows exactly":  {nil, rows(1000), 1000, "", 4},
		"nothing is there":        {nil, rows(0), 0, "lack this API", 1},
		"nothing is there, asked": {some, rows(0), 0, "lack this API", 2},
		"nothing matches":         {some, func(q url.Values) string { return rowsFor(q, map[bool]int{true: 0, false: 4}[q.Has("q")]) }, 0, "", 2},
		"a reply that is no list": {nil, func(url.Values) string { return `{"success":true}` }, 0, "total: is missing", 2},
		"rows only when asked for": {some, func(q url.Values) string {
			return map[bool]string{true: `{"schema":{}}`, false: rowsFor(q, 7)}[q.Has("count")]
		}, 7, "", 2},
		"a total": {nil, func(url.Values) string { return `{"inventories":[{},{}],"total":9}` }, 9, "", 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rec := record(transport(func(r *http.Request) (*http.Response, error) { return reply(200, test.serve(r.URL.Query())) }))
			n, err := clientOf(t, rec).Count(t.Context(), queryVM{Conditions: test.conditions, Limit: new(int32(1))})
			require.Len(t, rec.requests(), test.sent)
			if test.err == "" {
				require.NoError(t, err)
				require.Equal(t, test.want, n)
				return
			}
			require.ErrorContains(t, err, test.err)
			var wrong *zstack.DecodeError
			require.ErrorAs(t, err, &wrong)
			require.Equal(t, "total", wrong.Field)
			requireZError(t, err)
		})
	}
}

// A failure of the server is one, and no reason to count otherwise.
func TestCountThatFails(t *testing.T) {
	t.Parallel()
	for failing, sent := range map[string]int{"count": 1, "q": 1, "limit": 2} {
		rec := record(transport(func(r *http.Request) (*http.Response, error) {
			if r.URL.Query().Has(failing) {
				return reply(503, `{"error":{"code":"SYS.1000"}}`)
			}
			return reply(200, `{}`)
		}))
		_, err := clientOf(t, rec).Count(t.Context(), queryVM{Conditions: []string{"name=x"}})
		require.ErrorContains(t, err, "SYS.1000", failing)
		require.Len(t, rec.requests(), sent, failing)
	}
}

func TestCountOfAQueryThatCannotBePaged(t *testing.T) {
	t.Parallel()
	rec := record(always(200, `{}`))
	_, err := clientOf(t, rec).Count(t.Context(), countOnly{})
	require.ErrorContains(t, err, "total: is missing")
	rec.only(t)
}

// countOnly is a query that can be counted and nothing else.
type countOnly struct {
	Count *bool `json:"count"`
}

func (countOnly) ActionInfo() *zstack.ActionInfo { return &queryVMInfo }

package conformance

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/actions/registry"
	"github.com/zstack-go/zstack-go/zstack"
)

// rows is a server with rows that have nothing but a uuid, of whatever kind.
type rows int

// answer reads a query as far as paging needs it.
func (n rows) answer(query url.Values) map[string]any {
	from, to := 0, int(n)
	for _, c := range query["q"] {
		if last, ok := strings.CutPrefix(c, "uuid>"); ok {
			from, _ = strconv.Atoi(last)
			from++
		}
	}
	if query.Get("count") == "true" {
		return map[string]any{"total": to}
	}
	if start, err := strconv.Atoi(query.Get("start")); err == nil {
		from += start
	}
	if limit, err := strconv.Atoi(query.Get("limit")); err == nil {
		to = min(to, from+limit)
	}
	list := []any{}
	for i := from; i < to; i++ {
		list = append(list, map[string]any{"uuid": fmt.Sprintf("%032d", i)})
	}
	return map[string]any{"inventories": list}
}

// TestEveryQueryIsIterated reads the rows of every query action in each way that
// there is.
func TestEveryQueryIsIterated(t *testing.T) {
	t.Parallel()
	const n = 7
	session := zstack.WithCredentials(zstack.Session("0123456789abcdef0123456789abcdef"))
	queries, byUUID := 0, 0
	for e := range registry.All() {
		if !e.Info().Query {
			continue
		}
		queries++
		t.Run(e.Name(), func(t *testing.T) {
			t.Parallel()
			c := newClient(t, func(r *http.Request) (*http.Response, error) {
				body, err := json.Marshal(rows(n).answer(r.URL.Query()))
				require.NoError(t, err)
				return answer(http.StatusOK, string(body)), nil
			}, session)
			a := query(t, e)
			var uuids []string
			note := func(row reflect.Value) {
				if f := row.FieldByName("UUID"); f.IsValid() {
					uuids = append(uuids, f.String())
				} else {
					uuids = append(uuids, fmt.Sprintf("%032d", len(uuids)))
				}
			}
			want := make([]string, n)
			for i := range want {
				want[i] = fmt.Sprintf("%032d", i)
			}

			size := zstack.WithPageSize(3)
			each(t, call(t, a, "All", c, size), note)
			require.Equal(t, want, uuids)
			uuids = nil
			pages := 0
			each(t, call(t, a, "Pages", c, size), func(page reflect.Value) {
				pages++
				list := page.Elem().FieldByName("Inventories")
				for i := range list.Len() {
					note(list.Index(i))
				}
			})
			require.Equal(t, want, uuids)
			require.Equal(t, 3, pages)
			require.EqualValues(t, n, call(t, a, "Count", c)[0].Int())
			first := call(t, a, "First", c)
			require.True(t, first[1].IsNil(), "%v", first[1])
			require.False(t, first[0].IsNil())
			one := call(t, a, "One", c)
			require.True(t, one[0].IsNil())
			require.ErrorIs(t, one[1].Interface().(error), zstack.ErrMultiple)
		})
		if !strings.Contains(e.Info().Path, "{") {
			byUUID++
			t.Run(e.Name()+" by uuid", func(t *testing.T) {
				t.Parallel()
				path := ""
				c := newClient(t, func(r *http.Request) (*http.Response, error) {
					path = r.URL.Path
					return answer(http.StatusOK, `{"inventories":[{"uuid":"0"}]}`), nil
				}, session)
				result := e.NewResult()
				require.NoError(t, c.Get(t.Context(), e.New(), "0", result))
				require.Equal(t, 1, reflect.ValueOf(result).Elem().FieldByName("Inventories").Len())
				require.Equal(t, "/zstack/v1"+strings.TrimSuffix(e.Info().Path, "/")+"/0", path)
			})
		}
	}
	require.Equal(t, 379, queries)
	require.Equal(t, 377, byUUID)
}

// query makes a query action that selects everything.
func query(t *testing.T, e registry.Entry) zstack.Action {
	t.Helper()
	params := map[string]any{"conditions": []any{}}
	if more := handMade[e.Name()]; more != nil {
		params = more
	}
	text, err := json.Marshal(params)
	require.NoError(t, err)
	a := e.New()
	require.NoError(t, json.Unmarshal(text, a))
	return a
}

// call calls one of the methods that query actions have.
func call(t *testing.T, a zstack.Action, method string, c *zstack.Client, options ...zstack.CallOption) []reflect.Value {
	t.Helper()
	m := reflect.ValueOf(a).MethodByName(method)
	require.True(t, m.IsValid(), method)
	in := []reflect.Value{reflect.ValueOf(t.Context()), reflect.ValueOf(c)}
	for _, o := range options {
		in = append(in, reflect.ValueOf(o))
	}
	return m.Call(in)
}

// each ranges over an iterator of values and errors.
func each(t *testing.T, iterator []reflect.Value, do func(reflect.Value)) {
	t.Helper()
	for v, err := range iterator[0].Seq2() {
		require.True(t, err.IsNil(), "%v", err)
		do(v)
	}
}

package zstack_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/types"
	"github.com/zstack-go/zstack-go/zstack"
	"github.com/zstack-go/zstack-go/zstack/zstacktest"
)

// strict refuses a long URL as servers do.
func strict(next http.RoundTripper) transport {
	return func(r *http.Request) (*http.Response, error) {
		if len(r.URL.RequestURI()) > 7500 {
			return reply(414, "<h1>Bad Message 414</h1><pre>reason: URI Too Long</pre>")
		}
		return next.RoundTrip(r)
	}
}

// longSite is longNode, a recorder in front of it and a client.
func longSite(t *testing.T) (*recorder, *zstack.Client) {
	t.Helper()
	return longClient(t, longNode())
}

// longNode is a node with 1,200 VM instances, which have a name and an address each,
// and those of odd numbers another one of the number after.
func longNode() *zstacktest.Node {
	node := zstacktest.New(zstacktest.WithSession(sessionUUID))
	for i := range 1200 {
		uuid := fmt.Sprintf("%032x", i)
		node.Add("VmInstance", map[string]any{
			"uuid": uuid, "name": fmt.Sprintf("vm-with-a-long-name-%04d", i), "state": "Running", "cpuNum": i % 8, "hostUuid": fmt.Sprintf("%032x", 5000+i%400),
		})
		for j := i; j <= i+i%2; j++ {
			node.Add("VmNic", map[string]any{"vmInstanceUuid": uuid, "ip": address(j)})
		}
	}
	return node
}

func longClient(t *testing.T, node http.RoundTripper) (*recorder, *zstack.Client) {
	t.Helper()
	rec := record(strict(node))
	return rec, clientOf(t, rec, zstack.WithRateLimiter(zstack.NewRateLimiter(10000)))
}

func address(i int) string { return fmt.Sprintf("10.100.%d.%d", i/250, i%250) }

func names(from, to int) (list []string) {
	for i := from; i < to; i++ {
		list = append(list, fmt.Sprintf("vm-with-a-long-name-%04d", i))
	}
	return list
}

func addresses(from, to int) (list []string) {
	for i := from; i < to; i++ {
		list = append(list, address(i))
	}
	return list
}

func shuffled(list []string) []string {
	list = slices.Clone(list)
	rand.New(rand.NewPCG(1, 2)).Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	return list
}

func TestALongListIsReadInParts(t *testing.T) {
	t.Parallel()
	hosts := func(n int) (list []string) {
		for i := range n {
			list = append(list, fmt.Sprintf("%032x", 5000+i))
		}
		return list
	}
	// of hosts are the numbers of the VM instances on the first n hosts.
	onHosts := func(n int) (list []string) {
		for i := range 1200 {
			if i%400 < n {
				list = append(list, fmt.Sprintf("%032x", i))
			}
		}
		return list
	}
	upper := func(list []string) []string {
		for i := range list {
			list[i] = strings.ToUpper(list[i])
		}
		return list
	}
	node := longNode()
	for name, test := range map[string]struct {
		action queryVM
		want   []string
		total  int64 // whatever the limit
		sent   int   // by the pager
	}{
		"uuids":                 {queryVM{Conditions: zstack.Where(zstack.In("uuid", shuffled(uuids(0, 1000))...))}, uuids(0, 1000), 1000, 9},
		"uuids, text":           {queryVM{Conditions: []string{"uuid?=" + strings.Join(uuids(10, 510), ",")}}, uuids(10, 510), 500, 5},
		"uuids, some not there": {queryVM{Conditions: zstack.Where(zstack.In("uuid", uuids(1000, 1400)...))}, uuids(1000, 1200), 200, 4},
		"uuids, none there":     {queryVM{Conditions: zstack.Where(zstack.In("uuid", uuids(2000, 2300)...))}, nil, 0, 3},
		"uuids twice":           {queryVM{Conditions: zstack.Where(zstack.In("uuid", shuffled(append(uuids(0, 250), upper(uuids(0, 250))...))...))}, uuids(0, 250), 250, 3},
		"other conditions": {queryVM{Conditions: zstack.Where(zstack.Gte("cpuNum", 4), zstack.In("uuid", uuids(0, 200)...), zstack.Like("name", "%"))},
			slices.DeleteFunc(uuids(0, 200), func(u string) bool { return u[31] < '4' || u[31] >= '8' && u[31] < 'c' }), 100, 2},
		"a limit":             {queryVM{Limit: new(int32(150)), Conditions: zstack.Where(zstack.In("uuid", uuids(0, 1000)...))}, uuids(0, 150), 1000, 2},
		"no rows":             {queryVM{Limit: new(int32(0)), Conditions: zstack.Where(zstack.In("uuid", uuids(0, 1000)...))}, nil, 1000, 0},
		"a start":             {queryVM{Start: new(int32(350)), Limit: new(int32(20)), Conditions: zstack.Where(zstack.In("uuid", uuids(0, 1000)...))}, uuids(350, 370), 1000, 4},
		"a start at the end":  {queryVM{Start: new(int32(1200)), Conditions: zstack.Where(zstack.In("uuid", uuids(0, 1000)...))}, nil, 1000, 9},
		"order of uuids":      {queryVM{SortBy: new("uuid"), SortDirection: new("asc"), Conditions: zstack.Where(zstack.In("uuid", uuids(0, 1000)...))}, uuids(0, 1000), 1000, 9},
		"fields":              {queryVM{Fields: []string{"name"}, Conditions: zstack.Where(zstack.In("uuid", uuids(0, 300)...))}, uuids(0, 300), 300, 3},
		"total":               {queryVM{ReplyWithCount: new(true), Conditions: zstack.Where(zstack.In("uuid", uuids(0, 1000)...))}, uuids(0, 1000), 1000, 18},
		"names":               {queryVM{Conditions: zstack.Where(zstack.In("name", shuffled(names(0, 900))...))}, uuids(0, 900), 900, 12},
		"names, a start":      {queryVM{Start: new(int32(800)), Limit: new(int32(50)), Conditions: zstack.Where(zstack.In("name", names(0, 900)...))}, uuids(800, 850), 900, 11},
		"uuids of others":     {queryVM{Conditions: zstack.Where(zstack.In("hostUuid", shuffled(hosts(300))...))}, onHosts(300), 900, 8},
		"found by two":        {queryVM{Conditions: zstack.Where(zstack.In("vmNics.ip", shuffled(addresses(0, 600))...))}, uuids(0, 600), 600, 7},
		"found by two, total": {queryVM{ReplyWithCount: new(true), Conditions: zstack.Where(zstack.In("vmNics.ip", shuffled(addresses(0, 600))...))}, uuids(0, 600), 600, 14},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rec, c := longClient(t, node)
			for _, options := range [][]zstack.CallOption{nil, {zstack.WithoutPrefetch(), zstack.WithPageSize(1000)}, {zstack.WithPageSize(35)}} {
				var page queryVMResult
				var got []string
				before := len(rec.requests())
				p := zstack.NewPager(c, test.action, &page, options...)
				for p.Next(t.Context()) {
					for _, vm := range page.Inventories {
						got = append(got, vm.UUID)
					}
					if test.action.ReplyWithCount != nil {
						require.Equal(t, test.total, page.Total)
					}
				}
				require.NoError(t, p.Err())
				require.Equal(t, test.want, got)
				if options == nil {
					require.Len(t, rec.requests()[before:], test.sent)
				}
			}
			n, err := c.Count(t.Context(), test.action)
			require.NoError(t, err)
			require.Equal(t, test.total, n)
			first, one := queryVMResult{Total: 5}, queryVMResult{}
			err = c.First(t.Context(), test.action, &first)
			switch start := test.action.Start; {
			case start == nil && n > 0 || start != nil && int64(*start) < n:
				require.NoError(t, err)
				require.Len(t, first.Inventories, 1)
				require.ErrorIs(t, c.One(t.Context(), test.action, &one), zstack.ErrMultiple)
			default:
				require.True(t, zstack.IsNotFound(err))
				require.Empty(t, first.Inventories)
				require.True(t, zstack.IsNotFound(c.One(t.Context(), test.action, &one)))
			}
			if len(test.want) > 0 {
				require.Equal(t, test.want[0], first.Inventories[0].UUID)
			}
		})
	}
}

func TestTheOnlyRowOfALongList(t *testing.T) {
	t.Parallel()
	_, c := longSite(t)
	var one queryVMResult
	action := queryVM{Conditions: zstack.Where(zstack.In("uuid", append(uuids(2000, 2400), uuids(7, 8)...)...))}
	require.NoError(t, c.One(t.Context(), action, &one))
	require.Equal(t, uuids(7, 8)[0], one.Inventories[0].UUID)
	var pointers struct {
		Inventories []*types.VmInstanceInventory `json:"inventories"`
	}
	require.NoError(t, c.First(t.Context(), action, &pointers))
	require.Equal(t, uuids(7, 8)[0], pointers.Inventories[0].UUID)
	requireRefused(t, c.First(t.Context(), action, new(vmResult)), "result", zstack.ConstraintType)
	requireRefused(t, c.First(t.Context(), action, &one, zstack.WithPageSize(5)), "WithPageSize", zstack.ConstraintConflict)
}

func TestLongListsThatCannotBeReadInParts(t *testing.T) {
	t.Parallel()
	many := zstack.In("uuid", uuids(0, 250)...)
	type call func(*testing.T, *zstack.Client, queryVM) error
	pager := func(result func() any) call {
		return func(t *testing.T, c *zstack.Client, a queryVM) error {
			p := zstack.NewPager(c, a, result())
			p.Next(t.Context())
			return p.Err()
		}
	}
	pages := pager(func() any { return new(queryVMResult) })
	first := func(t *testing.T, c *zstack.Client, a queryVM) error {
		return c.First(t.Context(), a, new(queryVMResult))
	}
	one := func(t *testing.T, c *zstack.Client, a queryVM) error {
		return c.One(t.Context(), a, new(queryVMResult))
	}
	count := func(t *testing.T, c *zstack.Client, a queryVM) error {
		_, err := c.Count(t.Context(), a)
		return err
	}
	for name, test := range map[string]struct {
		action queryVM
		calls  []call
		says   string
	}{
		"a sort of its own":     {queryVM{SortBy: new("name"), Conditions: zstack.Where(many)}, []call{pages, first, one}, "sort order"},
		"uuids backward":        {queryVM{SortBy: new("uuid"), SortDirection: new("desc"), Conditions: zstack.Where(many)}, []call{pages, first, one}, "sort order"},
		"a grouping":            {queryVM{GroupBy: new("state"), Conditions: zstack.Where(many)}, []call{pages, first, one}, "grouping"},
		"NotIn":                 {queryVM{Conditions: zstack.Where(zstack.NotIn("uuid", uuids(0, 250)...))}, []call{pages, first, one, count}, "only In can"},
		"two":                   {queryVM{Conditions: zstack.Where(many, zstack.In("name", names(0, 250)...))}, []call{pages, first, one, count}, "only one of them"},
		"In and NotIn":          {queryVM{Conditions: zstack.Where(many, zstack.NotIn("name", names(0, 250)...))}, []call{pages, first, one, count}, "only one of them"},
		"one value that is":     {queryVM{Conditions: zstack.Where(zstack.In("name", strings.Repeat("x", 5000), "b"))}, []call{pages, first, one, count}, "one of its values"},
		"others that are, too":  {queryVM{Conditions: zstack.Where(many, zstack.Eq("name", strings.Repeat("x", 6500)))}, []call{pages, first, one, count}, "other conditions"},
		"rows without a key":    {queryVM{Conditions: zstack.Where(zstack.In("name", names(0, 250)...))}, []call{pager(func() any { return new(keylessResult) })}, "without uuid and id"},
		"in a query's own call": {queryVM{Conditions: zstack.Where(many)}, []call{func(t *testing.T, c *zstack.Client, a queryVM) error { return c.Call(t.Context(), a, nil) }}, "in parts"},
		"in a Start": {queryVM{Conditions: zstack.Where(many)}, []call{func(t *testing.T, c *zstack.Client, a queryVM) error {
			return c.Start(t.Context(), a, new(zstack.Job[queryVMResult]))
		}}, "in parts"},
		"in a Do": {queryVM{Conditions: []string{string(zstack.Where(many)[0])}}, []call{func(t *testing.T, c *zstack.Client, a queryVM) error {
			_, err := zstack.Do(t.Context(), c, a)
			return err
		}}, "in parts"},
		"long together": {queryVM{Conditions: zstack.Where(zstack.In("uuid", uuids(0, 100)...), zstack.NotIn("uuid", uuids(100, 210)...))}, []call{func(t *testing.T, c *zstack.Client, a queryVM) error {
			return c.Call(t.Context(), a, nil)
		}}, "in parts"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, call := range test.calls {
				rec := record(always(200, `{"inventories":[],"total":0}`))
				err := call(t, clientOf(t, rec), test.action)
				requireRefused(t, err, "conditions", zstack.ConstraintMaxLength)
				require.ErrorContains(t, err, test.says)
				require.NotContains(t, err.Error(), uuids(17, 18)[0])
				require.Empty(t, rec.requests())
			}
		})
	}
}

type keylessResult struct {
	Inventories []struct {
		Name string `json:"name"`
	} `json:"inventories"`
}

// What is not too long is sent as it is, also where servers would take no more.
func TestListsOfTheLongestLength(t *testing.T) {
	t.Parallel()
	for extra, parts := range map[int]int{-1: 1, 0: 1, 1: 2} {
		list := uuids(0, 116)
		query := url.QueryEscape("uuid?=" + strings.Join(list, ","))
		list[115] += strings.Repeat("x", 4096-len(query)+extra)
		rec := record(always(200, `{"inventories":[]}`))
		_, err := pages(t.Context(), clientOf(t, rec), queryVM{Conditions: zstack.Where(zstack.In("uuid", list...))})
		require.NoError(t, err)
		require.Len(t, rec.requests(), parts, extra)
		var all []string
		for _, r := range rec.requests() {
			require.LessOrEqual(t, len(r.URL.RawQuery), 4096+len("q=&limit=500&sort=%2Buuid"))
			all = append(all, strings.Split(strings.TrimPrefix(r.URL.Query().Get("q"), "uuid?="), ",")...)
		}
		require.Equal(t, list, all)
	}
	// Two lists that are too long together only.
	rec := record(always(200, `{"inventories":[]}`))
	_, err := pages(t.Context(), clientOf(t, rec), queryVM{Conditions: zstack.Where(zstack.In("uuid", uuids(0, 100)...), zstack.NotIn("uuid", uuids(100, 210)...))})
	require.NoError(t, err)
	require.Greater(t, len(rec.requests()), 1)
	for _, r := range rec.requests() {
		require.Less(t, len(r.URL.RequestURI()), 7000)
	}
}

// Audits and the like are read in the order of a number.
func TestALongListOfNumbers(t *testing.T) {
	t.Parallel()
	var numbers []int
	for i := range 1500 {
		numbers = append(numbers, 10*i+5)
	}
	rand.Shuffle(len(numbers), func(i, j int) { numbers[i], numbers[j] = numbers[j], numbers[i] })
	rec := record(strict(transport(func(r *http.Request) (*http.Response, error) {
		var rows []map[string]int
		after := -1
		for _, q := range r.URL.Query()["q"] {
			_, _ = fmt.Sscanf(q, "id>%d", &after)
		}
		for _, text := range strings.Split(strings.TrimPrefix(r.URL.Query()["q"][0], "id?="), ",") {
			id := 0
			_, _ = fmt.Sscan(text, &id)
			if id > after {
				rows = append(rows, map[string]int{"id": id})
			}
		}
		slices.SortFunc(rows, func(a, b map[string]int) int { return a["id"] - b["id"] })
		limit := 0
		_, _ = fmt.Sscan(r.URL.Query().Get("limit"), &limit)
		body, err := json.Marshal(map[string]any{"inventories": rows[:min(limit, len(rows))]})
		require.NoError(t, err)
		return reply(200, string(body))
	})))
	var page struct {
		Inventories []struct {
			ID int64 `json:"id"`
		} `json:"inventories"`
	}
	var got []int
	p := zstack.NewPager(clientOf(t, rec), queryVM{Conditions: zstack.Where(zstack.In("id", numbers...))}, &page)
	for p.Next(t.Context()) {
		for _, row := range page.Inventories {
			got = append(got, int(row.ID))
		}
	}
	require.NoError(t, p.Err())
	slices.Sort(numbers)
	require.Equal(t, numbers, got)
}

// A row has one number, so that the numbers of the parts can be added.
func TestCountOfALongListOfNumbers(t *testing.T) {
	t.Parallel()
	var ids []int
	for i := range 3000 {
		ids = append(ids, i-100)
	}
	rec := record(strict(transport(func(r *http.Request) (*http.Response, error) {
		require.Empty(t, r.URL.Query().Get("sortBy"))
		require.Equal(t, "true", r.URL.Query().Get("count"))
		return reply(200, fmt.Sprintf(`{"total":%d}`, 1+strings.Count(r.URL.Query()["q"][0], ",")))
	})))
	n, err := clientOf(t, rec).Count(t.Context(), queryVM{Conditions: zstack.Where(zstack.In("id", append(ids, ids[:500]...)...))})
	require.NoError(t, err)
	require.EqualValues(t, 3000, n)
	require.Greater(t, len(rec.requests()), 1)
}

// Rows without a key come part by part, where none can be in two.
func TestALongListOfRowsWithoutAKey(t *testing.T) {
	t.Parallel()
	_, c := longSite(t)
	var page keylessResult
	var got []string
	p := zstack.NewPager(c, queryVM{Conditions: zstack.Where(zstack.In("uuid", uuids(0, 800)...))}, &page, zstack.WithPageSize(90))
	for p.Next(t.Context()) {
		for _, row := range page.Inventories {
			got = append(got, row.Name)
		}
	}
	require.NoError(t, p.Err())
	require.ElementsMatch(t, names(0, 800), got)
}

// A page whose parts were read in vain is read again where that can be: what was
// read before is part of it.
func TestAPageOfPartsMayHaveItsOwnContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		node := zstacktest.New(zstacktest.WithSession(sessionUUID))
		for i := range 1200 {
			node.Add("VmInstance", map[string]any{"uuid": fmt.Sprintf("%032x", i), "name": fmt.Sprintf("vm-with-a-long-name-%04d", i)})
		}
		c := clientOf(t, transport(func(r *http.Request) (*http.Response, error) {
			select {
			case <-r.Context().Done():
				return nil, r.Context().Err()
			case <-time.After(time.Second):
				return node.RoundTrip(r)
			}
		}))
		for _, condition := range []zstack.Condition{zstack.In("uuid", uuids(0, 1200)...), zstack.In("name", names(0, 1200)...)} {
			var page queryVMResult
			var got []string
			p := zstack.NewPager(c, queryVM{Conditions: zstack.Where(condition)}, &page, zstack.WithPageSize(100))
			next := func() bool {
				ctx, cancel := context.WithCancel(t.Context())
				defer synctest.Wait()
				defer cancel()
				ok := p.Next(ctx)
				time.Sleep(1500 * time.Millisecond) // the next page is on its way
				return ok
			}
			for next() {
				for _, vm := range page.Inventories {
					got = append(got, vm.UUID)
				}
			}
			require.NoError(t, p.Err())
			require.Equal(t, uuids(0, 1200), got)
		}
	})
}

func TestFailuresOfParts(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		body string
		is   string
	}{
		"a failure":       {`{"error":{"code":"SYS.1000"}}`, "SYS.1000"},
		"no list":         {`{}`, "inventories: is missing"},
		"no end of pages": {`{"inventories":[` + strings.TrimSuffix(strings.Repeat(`{"uuid":"a"},`, 500), ",") + `]}`, "same rows again"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			calls := 0
			c := clientOf(t, transport(func(r *http.Request) (*http.Response, error) {
				if calls++; calls == 1 {
					return reply(200, `{"inventories":[{"uuid":"a"}]}`)
				}
				return reply(200, test.body)
			}))
			_, err := pages(t.Context(), c, queryVM{Conditions: zstack.Where(zstack.In("uuid", uuids(0, 300)...))})
			require.ErrorContains(t, err, test.is)
			requireZError(t, err)
		})
	}
}

// The timeout is for all of the requests of a count, of a row and of a page.
func TestTimeoutOfALongList(t *testing.T) {
	t.Parallel()
	action := queryVM{Conditions: zstack.Where(zstack.In("uuid", uuids(0, 400)...))}
	timeout := zstack.WithTimeout(time.Second)
	for name, call := range map[string]func(context.Context, *zstack.Client) error{
		"Count": func(ctx context.Context, c *zstack.Client) error {
			_, err := c.Count(ctx, action, timeout)
			return err
		},
		"First": func(ctx context.Context, c *zstack.Client) error {
			return c.First(ctx, action, new(queryVMResult), timeout)
		},
		"page": func(ctx context.Context, c *zstack.Client) error {
			p := zstack.NewPager(c, action, new(queryVMResult), timeout)
			p.Next(ctx)
			return p.Err()
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				began := time.Now()
				c := clientOf(t, transport(func(r *http.Request) (*http.Response, error) {
					select {
					case <-r.Context().Done():
						return nil, r.Context().Err()
					case <-time.After(400 * time.Millisecond):
						return reply(200, `{"inventories":[],"total":0}`)
					}
				}))
				require.ErrorIs(t, call(t.Context(), c), context.DeadlineExceeded)
				require.Equal(t, time.Second, time.Since(began))
			})
		})
	}
}

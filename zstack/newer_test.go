package zstack_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/zstack"
	"github.com/zstack-go/zstack-go/zstack/zstacktest"
)

// moved is an action that another product wants called otherwise.
type moved struct {
	Name string `json:"name"`
}

func (moved) ActionInfo() *zstack.ActionInfo {
	return &zstack.ActionInfo{
		Name: "MovedAction", Method: "DELETE", Path: "/moved", Session: true,
		ZSphere: &zstack.Variant{Method: "POST", Path: "/moved", Body: "params"},
	}
}

// named is a string with a form of its own in JSON.
type named string

func (n named) MarshalJSON() ([]byte, error) { return json.Marshal("named " + string(n)) }

func TestWithParamTravelsWhereTheOthersDo(t *testing.T) {
	t.Parallel()
	type disk struct {
		Size int64  `json:"size"`
		Type string `json:"type,omitempty"`
	}
	const none = ""
	p := func(value any) []zstack.CallOption { return []zstack.CallOption{zstack.WithParam("newer", value)} }
	for name, test := range map[string]struct {
		action  zstack.Action
		options []zstack.CallOption
		product zstack.Product
		body    string
		query   string
	}{
		"under the body's key":           {recoverVM{UUID: vmUUID}, p("a b"), zstack.Cloud, `{"recoverVmInstance":{"newer":"a b"}}`, none},
		"after the others":               {newAccount{Name: "n", Password: "p"}, p(true), zstack.Cloud, `{"params":{"name":"n","password":"p","newer":true}}`, none},
		"tags beside it":                 {newAccount{Name: "n", Password: "p"}, []zstack.CallOption{zstack.WithParam("systemTags", []string{"a::b"}), zstack.WithParam("newer", 1)}, zstack.Cloud, `{"params":{"name":"n","password":"p","newer":1},"systemTags":["a::b"]}`, none},
		"a struct, a list and a map":     {getVersion{}, []zstack.CallOption{zstack.WithParam("a", &disk{Size: 1 << 60}), zstack.WithParam("b", []disk{{1, "x"}}), zstack.WithParam("c", map[string]any{"k": nil, "l": []int{1}})}, zstack.Cloud, `{"getVersion":{"a":{"size":1152921504606846976},"b":[{"size":1,"type":"x"}],"c":{"l":[1]}}}`, none},
		"what is empty":                  {getVersion{}, []zstack.CallOption{zstack.WithParam("a", ""), zstack.WithParam("b", []int{}), zstack.WithParam("c", 0), zstack.WithParam("d", false)}, zstack.Cloud, `{"getVersion":{"a":"","b":[],"c":0,"d":false}}`, none},
		"JSON":                           {getVersion{}, p(json.RawMessage(`{"a": [1, "x"]}`)), zstack.Cloud, `{"getVersion":{"newer":{"a":[1,"x"]}}}`, none},
		"untrimmed":                      {getVersion{}, p(" x\n"), zstack.Cloud, `{"getVersion":{"newer":" x\n"}}`, none},
		"a form of its own":              {getVersion{}, p(named("x")), zstack.Cloud, `{"getVersion":{"newer":"named x"}}`, none},
		"in the query of a GET":          {change{"GET"}, p("a&b=+ü"), zstack.Cloud, none, "newer=a%26b%3D%2B%C3%BC"},
		"in the query of a DELETE":       {destroyVM{UUID: vmUUID}, p(int64(math.MaxInt64)), zstack.Cloud, none, "deleteMode=Permissive&newer=9223372036854775807"},
		"in the query of a query":        {queryVM{Conditions: []string{"name=web"}, Limit: new(int32(5))}, p(true), zstack.Cloud, none, "q=name%3Dweb&limit=5&newer=true"},
		"a pointer in a query":           {change{"GET"}, p(new("x")), zstack.Cloud, none, "newer=x"},
		"a form of its own in a query":   {change{"GET"}, p(named("x")), zstack.Cloud, none, "newer=named+x"},
		"an empty string in a query":     {change{"GET"}, p(""), zstack.Cloud, none, "newer="},
		"a list in a query":              {change{"GET"}, p([]any{"x", 1.5, false}), zstack.Cloud, none, "newer=x&newer=1.5&newer=false"},
		"a map in a query":               {change{"GET"}, p(map[string]any{"b": []string{"x", "y"}, "a": 1, "c": nil}), zstack.Cloud, none, "newer.a=1&newer.b=x&newer.b=y"},
		"a struct in a query":            {change{"GET"}, p(disk{Size: 7}), zstack.Cloud, none, "newer.size=7"},
		"several in a query":             {change{"GET"}, []zstack.CallOption{zstack.WithParam("b", 1), zstack.WithParam("a", 2)}, zstack.Cloud, none, "b=1&a=2"},
		"where a product has the others": {moved{Name: "n"}, p(1), zstack.ZSphere, `{"params":{"name":"n","newer":1}}`, none},
		"where another has them":         {moved{Name: "n"}, p(1), zstack.Cloud, none, "name=n&newer=1"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rec := record(always(200, "{}"))
			c := clientOf(t, rec, zstack.WithProduct(test.product))
			plain, added := record(always(200, "{}")), test.options
			require.NoError(t, clientOf(t, plain, zstack.WithProduct(test.product)).Call(t.Context(), test.action, nil))
			require.NoError(t, c.Call(t.Context(), test.action, nil, added...))
			got := rec.only(t)
			require.Equal(t, test.body, got.text)
			require.Equal(t, test.query, got.URL.RawQuery)
			require.Equal(t, plain.only(t).URL.EscapedPath(), got.URL.EscapedPath())
		})
	}
}

// endless contains itself.
type endless struct{ Next *endless }

// talkative tells its value when it cannot be written.
type talkative struct{}

func (talkative) MarshalJSON() ([]byte, error) { return nil, errors.New("cannot write " + password) }

func TestWithParamRefuses(t *testing.T) {
	t.Parallel()
	loop := new(endless)
	loop.Next = loop
	query := queryVM{Conditions: []string{}}
	for name, test := range map[string]struct {
		action     zstack.Action
		name       string
		value      any
		field      string
		constraint string
	}{
		"a parameter of the action":        {recoverVM{UUID: vmUUID}, "userTags", []string{password}, "userTags", zstack.ConstraintConflict},
		"one in the path":                  {recoverVM{UUID: vmUUID}, "uuid", password, "uuid", zstack.ConstraintConflict},
		"one that another product has":     {sphereZone{Name: "z"}, "resourceUuid", vmUUID, "resourceUuid", zstack.ConstraintConflict},
		"a query's own":                    {query, "conditions", []string{password}, "conditions", zstack.ConstraintConflict},
		"a query's own as it travels":      {query, "q", "name=x", "q", zstack.ConstraintConflict},
		"the order of a query":             {query, "sort", "+name", "sort", zstack.ConstraintConflict},
		"one that the query lacks":         {byKey{Limit: 1}, "start", 1, "start", zstack.ConstraintConflict},
		"a filter that the query lacks":    {byKey{Limit: 1}, "filterName", "x", "filterName", zstack.ConstraintConflict},
		"a session":                        {getVersion{}, "sessionId", password, "sessionId", zstack.ConstraintConflict},
		"a key":                            {getVersion{}, "accessKeyId", password, "accessKeyId", zstack.ConstraintConflict},
		"a key's secret":                   {getVersion{}, "accessKeySecret", password, "accessKeySecret", zstack.ConstraintConflict},
		"an address":                       {getVersion{}, "requestIp", "10.0.0.1", "requestIp", zstack.ConstraintConflict},
		"no name":                          {getVersion{}, "", password, "WithParam", zstack.ConstraintType},
		"a name with a space":              {getVersion{}, "a b", password, "WithParam", zstack.ConstraintType},
		"a name with a dot":                {getVersion{}, "a.b", password, "WithParam", zstack.ConstraintType},
		"a name that begins with a digit":  {getVersion{}, "1a", password, "WithParam", zstack.ConstraintType},
		"a name that is not UTF-8":         {getVersion{}, "a\xff", password, "WithParam", zstack.ConstraintType},
		"nil":                              {getVersion{}, "newer", nil, "newer", zstack.ConstraintRequired},
		"a nil pointer":                    {getVersion{}, "newer", (*string)(nil), "newer", zstack.ConstraintRequired},
		"a nil list":                       {getVersion{}, "newer", []string(nil), "newer", zstack.ConstraintRequired},
		"a nil map":                        {getVersion{}, "newer", map[string]string(nil), "newer", zstack.ConstraintRequired},
		"null":                             {getVersion{}, "newer", json.RawMessage("null"), "newer", zstack.ConstraintRequired},
		"a null in a list":                 {getVersion{}, "newer", []any{password, nil}, "newer", zstack.ConstraintNoNullElements},
		"a null in a list in a map":        {getVersion{}, "newer", map[string][]*string{"k": {nil}}, "newer", zstack.ConstraintNoNullElements},
		"a channel":                        {getVersion{}, "newer", make(chan int), "newer", zstack.ConstraintType},
		"a function inside":                {getVersion{}, "newer", []any{password, func() {}}, "newer", zstack.ConstraintType},
		"no number":                        {getVersion{}, "newer", math.NaN(), "newer", zstack.ConstraintType},
		"an infinite number":               {getVersion{}, "newer", []float64{math.Inf(1)}, "newer", zstack.ConstraintType},
		"not UTF-8":                        {getVersion{}, "newer", password + "\xff", "newer", zstack.ConstraintType},
		"not UTF-8 in a key":               {getVersion{}, "newer", map[string]int{password + "\xff": 1}, "newer", zstack.ConstraintType},
		"no JSON":                          {getVersion{}, "newer", json.RawMessage(`{"a":`), "newer", zstack.ConstraintType},
		"a number that is none":            {getVersion{}, "newer", json.Number(password), "newer", zstack.ConstraintType},
		"what contains itself":             {getVersion{}, "newer", loop, "newer", zstack.ConstraintType},
		"what tells of itself":             {getVersion{}, "newer", talkative{}, "newer", zstack.ConstraintType},
		"an empty list in a query string":  {change{"GET"}, "newer", []int{}, "newer", zstack.ConstraintNonEmpty},
		"an empty map in a query string":   {destroyVM{UUID: vmUUID}, "newer", map[string]string{}, "newer", zstack.ConstraintNonEmpty},
		"nothing in a query's own string":  {query, "newer", map[string]any{"a": []int{}}, "newer", zstack.ConstraintNonEmpty},
		"a credential of a query":          {query, "sessionId", password, "sessionId", zstack.ConstraintConflict},
		"a name of a query by its surname": {query, "replyWithCount", true, "replyWithCount", zstack.ConstraintConflict},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rec := record(always(200, "{}"))
			c := clientOf(t, rec)
			option := zstack.WithParam(test.name, test.value)
			for range 2 { // an option can be used again
				err := c.Call(t.Context(), test.action, nil, option)
				requireRefused(t, err, test.field, test.constraint)
				require.Contains(t, err.Error(), test.action.ActionInfo().Name)
				require.Contains(t, err.Error(), "WithParam")
				require.NotContains(t, printed(err), password)
			}
			require.Empty(t, rec.requests())
		})
	}
}

func TestWithParamTwiceForOneNameIsRefused(t *testing.T) {
	t.Parallel()
	rec := record(always(200, "{}"))
	option := zstack.WithParam("newer", 1)
	for range 2 {
		err := clientOf(t, rec).Call(t.Context(), getVersion{}, nil, option, zstack.WithParam("other", 1), zstack.WithParam("newer", 2))
		requireRefused(t, err, "newer", zstack.ConstraintConflict)
	}
	require.Empty(t, rec.requests())
}

// What Get asks first is an action of its own, with fewer parameters.
func TestWithParamOfGetKnowsTheQuerysParameters(t *testing.T) {
	t.Parallel()
	rec := record(always(404, ""))
	for _, name := range []string{"limit", "conditions", "fields", "q", "sort", "sessionId", "filterName"} {
		err := clientOf(t, rec).Get(t.Context(), queryVM{}, vmUUID, new(queryVMResult), zstack.WithParam(name, 1))
		requireRefused(t, err, name, zstack.ConstraintConflict)
	}
	require.Empty(t, rec.requests())
}

func TestTheValueOfWithParamIsReadOnce(t *testing.T) {
	t.Parallel()
	rec := record(always(200, "{}"))
	value := []string{"before"}
	option := zstack.WithParam("newer", value)
	value[0] = "after"
	require.NoError(t, clientOf(t, rec).Call(t.Context(), getVersion{}, nil, option))
	require.Equal(t, `{"getVersion":{"newer":["before"]}}`, rec.only(t).text)
}

// carrying are the requests to a resource that carry the parameter, and how many
// there were.
func carrying(rec *recorder, resource string) (carry, all int) {
	for _, r := range rec.requests() {
		if !strings.Contains(r.URL.Path, resource) {
			continue
		}
		all++
		if r.URL.Query().Get("newer") == "x" || strings.Contains(r.text, `"newer":"x"`) {
			carry++
		}
	}
	return carry, all
}

func TestEachRequestOfAReadCarriesTheParameter(t *testing.T) {
	t.Parallel()
	option := zstack.WithParam("newer", "x")
	long := zstack.Where(zstack.In("uuid", manyUUIDs(300)...))
	for name, test := range map[string]struct {
		read func(*testing.T, *zstack.Client) error
		sent int
	}{
		"pages": {func(t *testing.T, c *zstack.Client) error {
			return allPages(t, zstack.NewPager(c, queryVM{Conditions: []string{}}, new(queryVMResult), option, zstack.WithPageSize(2)))
		}, 3},
		"pages that are decoded while they arrive": {func(t *testing.T, c *zstack.Client) error {
			return allPages(t, zstack.NewPager(c, queryVM{Conditions: []string{}}, new(queryVMResult), option, zstack.WithPageSize(1000), zstack.WithoutPrefetch()))
		}, 1},
		"a list in parts": {func(t *testing.T, c *zstack.Client) error {
			return allPages(t, zstack.NewPager(c, queryVM{Conditions: long}, new(queryVMResult), option))
		}, 3},
		"Count": {func(t *testing.T, c *zstack.Client) error {
			_, err := c.Count(t.Context(), queryVM{}, option)
			return err
		}, 1},
		"Count in parts": {func(t *testing.T, c *zstack.Client) error {
			_, err := c.Count(t.Context(), queryVM{Conditions: long}, option)
			return err
		}, 3},
		"First": {func(t *testing.T, c *zstack.Client) error {
			return c.First(t.Context(), queryVM{}, new(queryVMResult), option)
		}, 1},
		"One": {func(t *testing.T, c *zstack.Client) error {
			return c.One(t.Context(), queryVM{Conditions: []string{"name=vm-0"}}, new(queryVMResult), option)
		}, 1},
		"Get": {func(t *testing.T, c *zstack.Client) error {
			return c.Get(t.Context(), queryVM{}, fmt.Sprintf("%032d", 0), new(queryVMResult), option)
		}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			node, rec := zstacktest.New(zstacktest.WithSession(sessionUUID)), new(recorder)
			rec.next = node
			for i := range 5 {
				node.Add("VmInstance", map[string]any{"uuid": fmt.Sprintf("%032d", i), "name": fmt.Sprint("vm-", i)})
			}
			require.NoError(t, test.read(t, clientOf(t, rec)))
			carry, all := carrying(rec, "/vm-instances")
			require.Equal(t, []int{test.sent, test.sent}, []int{carry, all})
		})
	}
}

// manyUUIDs are uuids in their order, of which the first are those of the tests' VMs.
func manyUUIDs(n int) (list []string) {
	for i := range n {
		list = append(list, fmt.Sprintf("%032d", i))
	}
	return list
}

func allPages(t *testing.T, p *zstack.Pager) error {
	for p.Next(t.Context()) {
	}
	return p.Err()
}

// A server without a path for one resource is asked by a condition.
func TestBothRequestsOfGetCarryTheParameter(t *testing.T) {
	t.Parallel()
	rec := record(transport(func(r *http.Request) (*http.Response, error) {
		if strings.HasSuffix(r.URL.Path, "/vm-instances") {
			return reply(200, `{"inventories":[{"uuid":"`+vmUUID+`"}]}`)
		}
		return reply(404, "")
	}))
	require.NoError(t, clientOf(t, rec).Get(t.Context(), queryVM{}, vmUUID, new(queryVMResult), zstack.WithParam("newer", "x")))
	carry, all := carrying(rec, "/vm-instances")
	require.Equal(t, []int{2, 2}, []int{carry, all})
}

func TestARepetitionCarriesTheParameterAndTheSameResource(t *testing.T) {
	t.Parallel()
	for name, delay := range map[string]time.Duration{"refused at once": 0, "refused by the job": time.Second} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				node := zstacktest.New(zstacktest.WithJobDelay(delay))
				rec := record(node)
				c := accountClient(t, rec)
				require.NoError(t, c.Call(t.Context(), listVMs, nil))
				node.ExpireSessions()
				require.NoError(t, c.Call(t.Context(), newZone{Name: "z"}, nil, zstack.WithParam("newer", "x")))
				var bodies []string
				for _, r := range rec.requests() {
					if r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, "/zones") {
						bodies = append(bodies, r.text)
					}
				}
				require.Len(t, bodies, 2)
				require.Equal(t, bodies[0], bodies[1])
				require.Contains(t, bodies[0], `"newer":"x"`)
			})
		})
	}
}

func TestTheUUIDOfACreationDoesNotDependOnParameters(t *testing.T) {
	t.Parallel()
	var resources []string
	for _, options := range [][]zstack.CallOption{{}, {zstack.WithParam("newer", "x")}} {
		rec := record(always(200, "{}"))
		require.NoError(t, clientOf(t, rec).Call(t.Context(), newZone{Name: "z"}, nil, append(options, zstack.WithJobUUID(jobUUID))...))
		resources = append(resources, resourceIn(t, rec.only(t).text))
	}
	require.Equal(t, resources[0], resources[1])
}

// The call is sent again as it was; what is asked about it is the client's own.
func TestSettlingDoesNotCarryTheParameter(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		rec := record(lose(1, "before"))
		vm := rec.next.(*zstacktest.Node).Add("VmInstance", map[string]any{"state": "Destroyed"})
		require.NoError(t, clientOf(t, rec).Call(t.Context(), recoverVM{UUID: vm}, nil, zstack.WithParam("newer", "x")))
		carry, all := carrying(rec, "/vm-instances")
		require.Equal(t, []int{2, 2}, []int{carry, all})
		carry, all = carrying(rec, "/api-jobs")
		require.Zero(t, carry)
		require.Positive(t, all)
	})
}

// What the resource of a creation is asked by is the client's own too.
func TestTheReadOfACreationDoesNotCarryTheParameter(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var uuid string
		rec := record(transport(func(r *http.Request) (*http.Response, error) {
			switch {
			case r.Method == http.MethodPost:
				uuid = resourceIn(t, textOf(r))
				return reply(202, accepted(r.Header.Get("X-Job-UUID")))
			case strings.Contains(r.URL.Path, "/api-jobs/"):
				return reply(404, expiredText)
			}
			return reply(200, `{"inventories":[{"uuid":"`+uuid+`","state":"Enabled"}]}`)
		}))
		var raw json.RawMessage
		require.NoError(t, clientOf(t, rec).Call(t.Context(), newZone{Name: "z"}, nil, zstack.WithParam("newer", "x"), zstack.WithRaw(&raw)))
		carry, all := carrying(rec, "/zones/")
		require.Zero(t, carry)
		require.Positive(t, all)
		require.JSONEq(t, `{"inventory":{"uuid":"`+uuid+`","state":"Enabled"},"schema":{}}`, string(raw))
	})
}

// Nobody knows whether a parameter that nobody knows is a secret.
func TestNoValueOfWithParamIsShown(t *testing.T) {
	t.Parallel()
	told := func(r *http.Request) string {
		query, _ := url.QueryUnescape(r.URL.RawQuery)
		quoted, _ := json.Marshal(query + textOf(r))
		return strings.Trim(string(quoted), `"`)
	}
	for fault, answer := range map[string]transport{
		"network error": func(r *http.Request) (*http.Response, error) { return nil, errors.New(told(r)) },
		"failed": func(r *http.Request) (*http.Response, error) {
			return reply(503, `{"error":{"code":"SYS.1006","details":"`+told(r)+`"}}`)
		},
		"refused": func(r *http.Request) (*http.Response, error) { return reply(400, told(r)) },
	} {
		for place, value := range map[string]any{"alone": password, "in a list": []string{"a", password}, "in a map": map[string]any{"k": []any{map[string]string{"l": password}}}} {
			for _, action := range []zstack.Action{getVersion{}, change{"GET"}, destroyVM{UUID: vmUUID}, listVMs} {
				t.Run(fault+" "+place+" "+action.ActionInfo().Name, func(t *testing.T) {
					t.Parallel()
					synctest.Test(t, func(t *testing.T) {
						var log bytes.Buffer
						option := zstack.WithParam("newer", value)
						err := clientOf(t, answer, zstack.WithLogger(debugLogger(&log))).Call(t.Context(), action, nil, option, zstack.WithTimeout(time.Minute))
						require.Error(t, err)
						require.NotContains(t, printed(err)+log.String(), password)
					})
				})
			}
		}
	}
}

const rawReply = `{"inventory": {"uuid":"` + vmUUID + `", "newerThanAll": [1.0]}, "beside": null}`

func TestWithRaw(t *testing.T) {
	t.Parallel()
	synchronous := always(200, rawReply)
	asynchronous := transport(func(r *http.Request) (*http.Response, error) {
		if r.Method == http.MethodGet {
			return reply(200, rawReply)
		}
		return reply(202, accepted(r.Header.Get("X-Job-UUID")))
	})
	for name, test := range map[string]struct {
		server transport
		call   func(*testing.T, *zstack.Client, zstack.CallOption) (*vmResult, error)
	}{
		"Call of a synchronous action": {synchronous, func(t *testing.T, c *zstack.Client, o zstack.CallOption) (*vmResult, error) {
			result := new(vmResult)
			return result, c.Call(t.Context(), recoverVM{UUID: vmUUID}, result, o)
		}},
		"Call of an asynchronous one": {asynchronous, func(t *testing.T, c *zstack.Client, o zstack.CallOption) (*vmResult, error) {
			result := new(vmResult)
			return result, c.Call(t.Context(), recoverVM{UUID: vmUUID}, result, o)
		}},
		"Start and Wait": {asynchronous, func(t *testing.T, c *zstack.Client, o zstack.CallOption) (*vmResult, error) {
			job := new(zstack.Job[vmResult])
			require.NoError(t, c.Start(t.Context(), recoverVM{UUID: vmUUID}, job, o))
			return job.Wait(t.Context())
		}},
		"Start of what ends at once": {synchronous, func(t *testing.T, c *zstack.Client, o zstack.CallOption) (*vmResult, error) {
			job := new(zstack.Job[vmResult])
			require.NoError(t, c.Start(t.Context(), recoverVM{UUID: vmUUID}, job, o))
			return job.Wait(t.Context())
		}},
		"ResumeJob": {asynchronous, func(t *testing.T, c *zstack.Client, o zstack.CallOption) (*vmResult, error) {
			return zstack.ResumeJob[vmResult](c, jobUUID, o).Wait(t.Context())
		}},
		"Get": {synchronous, func(t *testing.T, c *zstack.Client, o zstack.CallOption) (*vmResult, error) {
			result := new(queryVMResult)
			err := c.Get(t.Context(), queryVM{}, vmUUID, result, o)
			return &vmResult{Inventory: &result.Inventories[0]}, err
		}},
		"Do": {synchronous, func(t *testing.T, c *zstack.Client, o zstack.CallOption) (*vmResult, error) {
			raw, err := zstack.Do(t.Context(), c, recoverVM{UUID: vmUUID}, o)
			require.NoError(t, err)
			result := new(vmResult)
			return result, c.Decode(raw, result)
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				raw := json.RawMessage("of another call")
				result, err := test.call(t, clientOf(t, test.server), zstack.WithRaw(&raw))
				require.NoError(t, err)
				require.Equal(t, vmUUID, result.Inventory.UUID)
				require.Equal(t, rawReply, string(raw))
			})
		})
	}
}

func TestWithRawOfRows(t *testing.T) {
	t.Parallel()
	const body = `{"inventories":[{"uuid":"` + vmUUID + `","newer":1}]}`
	for name, read := range map[string]func(*testing.T, *zstack.Client, zstack.CallOption) error{
		"Call": func(t *testing.T, c *zstack.Client, o zstack.CallOption) error {
			return c.Call(t.Context(), listVMs, new(queryVMResult), o)
		},
		"First": func(t *testing.T, c *zstack.Client, o zstack.CallOption) error {
			return c.First(t.Context(), listVMs, new(queryVMResult), o)
		},
		"One": func(t *testing.T, c *zstack.Client, o zstack.CallOption) error {
			return c.One(t.Context(), listVMs, new(queryVMResult), o)
		},
		"nil": func(t *testing.T, c *zstack.Client, o zstack.CallOption) error {
			return c.Call(t.Context(), listVMs, nil, o)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var raw json.RawMessage
			require.NoError(t, read(t, clientOf(t, always(200, body)), zstack.WithRaw(&raw)))
			require.Equal(t, body, string(raw))
		})
	}
}

func TestWithRawIsEmptyWithoutAResult(t *testing.T) {
	t.Parallel()
	raw := json.RawMessage("of another call")
	err := clientOf(t, always(503, `{"error":{"code":"SYS.1000"}}`)).Call(t.Context(), newAccount{Name: "n", Password: "p"}, nil, zstack.WithRaw(&raw))
	require.Error(t, err)
	require.Nil(t, raw)
}

func TestWithRawHasAResultThatCannotBeRead(t *testing.T) {
	t.Parallel()
	const body = `{"inventory":{"uuid":{"changed":"its type"}}}`
	var raw json.RawMessage
	err := clientOf(t, always(200, body)).Call(t.Context(), recoverVM{UUID: vmUUID}, new(vmResult), zstack.WithRaw(&raw))
	var unread *zstack.DecodeError
	require.ErrorAs(t, err, &unread)
	require.Equal(t, body, string(raw))
}

func TestWithRawOfAnEmptyReply(t *testing.T) {
	t.Parallel()
	var raw json.RawMessage
	require.NoError(t, clientOf(t, always(204, "")).Call(t.Context(), recoverVM{UUID: vmUUID}, nil, zstack.WithRaw(&raw)))
	require.Equal(t, "{}", string(raw))
}

// Only the first of those who wait may write what the caller reads.
func TestWithRawIsWrittenOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := clientOf(t, jobThatRuns(time.Minute, 200, rawReply))
		var raw json.RawMessage
		job := new(zstack.Job[vmResult])
		require.NoError(t, c.Start(t.Context(), recoverVM{UUID: vmUUID}, job, zstack.WithRaw(&raw)))
		var group sync.WaitGroup
		for range 10 {
			group.Go(func() {
				_, err := job.Wait(t.Context())
				if err != nil || string(raw) != rawReply {
					t.Errorf("after Wait, raw is %s and the error %v", raw, err)
				}
			})
		}
		group.Wait()
		raw = nil // which is the caller's now
		_, err := job.Wait(t.Context())
		require.NoError(t, err)
		require.Nil(t, raw)
	})
}

// The job that delivers is the one that came of the repetition.
func TestWithRawOfARepetition(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		server := &endingSessions{ends: 1, async: true}
		var raw json.RawMessage
		job := new(zstack.Job[vmResult])
		c := accountClient(t, server)
		require.NoError(t, c.Start(t.Context(), recoverVM{UUID: vmUUID}, job, zstack.WithRaw(&raw)))
		_, err := job.Wait(t.Context())
		require.NoError(t, err)
		require.NotEmpty(t, raw)
	})
}

func TestWithRawIntoNothingIsRefused(t *testing.T) {
	t.Parallel()
	rec := record(always(200, "{}"))
	requireRefused(t, clientOf(t, rec).Call(t.Context(), getVersion{}, nil, zstack.WithRaw(nil)), "WithRaw", zstack.ConstraintRequired)
	require.Empty(t, rec.requests())
}

// First and One of a list in parts have no one reply.
func TestWithRawOfAListInPartsIsRefused(t *testing.T) {
	t.Parallel()
	rec := record(always(200, `{"inventories":[]}`))
	var raw json.RawMessage
	long := queryVM{Conditions: zstack.Where(zstack.In("uuid", manyUUIDs(300)...))}
	for name, read := range map[string]func(zstack.Action, any, zstack.CallOption) error{
		"First": func(a zstack.Action, result any, o zstack.CallOption) error {
			return clientOf(t, rec).First(t.Context(), a, result, o)
		},
		"One": func(a zstack.Action, result any, o zstack.CallOption) error {
			return clientOf(t, rec).One(t.Context(), a, result, o)
		},
	} {
		t.Run(name, func(t *testing.T) {
			requireRefused(t, read(long, new(queryVMResult), zstack.WithRaw(&raw)), "WithRaw", zstack.ConstraintConflict)
		})
	}
	require.Empty(t, rec.requests())
}

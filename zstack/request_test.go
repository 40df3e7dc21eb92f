package zstack_test

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/types"
	"github.com/zstack-go/zstack-go/zstack"
)

// kinds has a parameter of every kind. Its info is a field, so that one type
// serves every method.
type kinds struct {
	Text      *string             `json:"text,omitzero"`
	Plain     string              `json:"plain,omitzero"`
	Exact     *string             `json:"exact,omitzero" zstack:"notrim"`
	Int       *int32              `json:"int,omitzero"`
	Long      *int64              `json:"long,omitzero"`
	Double    *float64            `json:"double,omitzero"`
	Bool      *bool               `json:"bool,omitzero"`
	List      []string            `json:"list,omitzero"`
	Numbers   []int64             `json:"numbers,omitzero"`
	Map       map[string]any      `json:"map,omitzero"`
	Lists     map[string][]string `json:"lists,omitzero"`
	Default   *string             `json:"default,omitzero" default:"KVM"`
	DefaultN  *int32              `json:"defaultN,omitzero" default:"7"`
	DefaultB  *bool               `json:"defaultB,omitzero" default:"false"`
	Object    any                 `json:"object,omitzero"`
	Tags      []string            `json:"systemTags,omitzero"`
	UserTags  []string            `json:"userTags,omitzero"`
	NoWire    string              `json:"-"`
	untouched int

	info zstack.ActionInfo
}

func (k kinds) ActionInfo() *zstack.ActionInfo {
	if k.info.Name == "" {
		k.info = zstack.ActionInfo{Name: "KindsAction", Method: "POST", Path: "/kinds", Body: "params"}
	}
	return &k.info
}

// get is the same action as a GET.
func (k kinds) get() kinds {
	k.info = zstack.ActionInfo{Name: "KindsAction", Method: "GET", Path: "/kinds"}
	return k
}

// sentBy returns the one request that a call sends.
func sentBy(t *testing.T, a zstack.Action, options ...zstack.CallOption) sent {
	t.Helper()
	rec := record(always(200, "{}"))
	require.NoError(t, clientOf(t, rec).Call(t.Context(), a, nil, options...))
	return rec.only(t)
}

func TestRequestOfTheWorkedExample(t *testing.T) {
	t.Parallel()
	action := recoverVM{UUID: vmUUID, SystemTags: []string{}, UserTags: []string{}}
	r := sentBy(t, action)
	require.Equal(t, "PUT", r.Method)
	require.Equal(t, "http://mn:8080/zstack/v1/vm-instances/"+vmUUID+"/actions", r.URL.String())
	require.Equal(t, "OAuth "+sessionUUID, r.Header.Get("Authorization"))
	require.JSONEq(t, testdata(t, "recover_vm_instance_request.json"), r.text)
}

func TestShortRequestOfTheWorkedExample(t *testing.T) {
	t.Parallel()
	require.Equal(t, `{"recoverVmInstance":{}}`, sentBy(t, recoverVM{UUID: vmUUID}).text)
}

func TestHeadersOfARequestWithABody(t *testing.T) {
	t.Parallel()
	h := sentBy(t, recoverVM{UUID: vmUUID, RequestIP: "10.1.2.3"}, zstack.WithAPITimeout(time.Minute)).Header
	for name, want := range map[string]string{
		"X-Json-Schema": "true",
		"Content-Type":  "application/json; charset=utf-8",
		"X-Request-Ip":  "10.1.2.3",
		"X-Api-Timeout": "60",
	} {
		require.Equal(t, []string{want}, h[name], name)
	}
}

func TestHeadersThatNothingAsksForAreLeftOut(t *testing.T) {
	t.Parallel()
	for name, action := range map[string]zstack.Action{"GET": queryVM{Conditions: []string{}}, "DELETE": destroyVM{UUID: vmUUID}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := sentBy(t, action)
			for _, header := range []string{"Content-Type", "X-Request-Ip", "X-Api-Timeout", "X-Web-Hook"} {
				require.NotContains(t, r.Header, header)
			}
			require.Equal(t, "true", r.Header.Get("X-JSON-Schema"))
			require.Empty(t, r.text)
		})
	}
}

func TestAPITimeoutIsWholeSecondsRoundedUp(t *testing.T) {
	t.Parallel()
	for d, want := range map[time.Duration]string{
		1:                       "1",
		time.Second:             "1",
		time.Second + 1:         "2",
		1500 * time.Millisecond: "2",
		2 * time.Hour:           "7200",
	} {
		t.Run(d.String(), func(t *testing.T) {
			t.Parallel()
			require.Equal(t, want, sentBy(t, recoverVM{UUID: vmUUID}, zstack.WithAPITimeout(d)).Header.Get("X-API-Timeout"))
		})
	}
}

func TestEachCallHasAJobUUIDOfItsOwn(t *testing.T) {
	t.Parallel()
	rec := record(always(200, "{}"))
	c := clientOf(t, rec)
	seen := map[string]bool{}
	for range 20 {
		require.NoError(t, c.Call(t.Context(), recoverVM{UUID: vmUUID}, nil))
	}
	for _, r := range rec.requests() {
		uuid := r.Header.Get("X-Job-UUID")
		require.Regexp(t, "^[0-9a-f]{32}$", uuid)
		seen[uuid] = true
	}
	require.Len(t, seen, 20)
}

func TestJobUUIDOfTheCallersChoice(t *testing.T) {
	t.Parallel()
	require.Equal(t, jobUUID, sentBy(t, recoverVM{UUID: vmUUID}, zstack.WithJobUUID(jobUUID)).Header.Get("X-Job-UUID"))
}

func TestBodies(t *testing.T) {
	t.Parallel()
	defaults := `"default":"KVM","defaultN":7,"defaultB":false`
	for name, test := range map[string]struct {
		action kinds
		params string
	}{
		"unset is left out":    {kinds{}, ``},
		"an empty text":        {kinds{Text: new("")}, `"text":""`},
		"zero":                 {kinds{Int: new(int32(0)), Long: new(int64(0)), Double: new(0.0)}, `"int":0,"long":0,"double":0`},
		"false":                {kinds{Bool: new(false)}, `"bool":false`},
		"empty list and map":   {kinds{List: []string{}, Map: map[string]any{}}, `"list":[],"map":{}`},
		"largest long":         {kinds{Long: new(int64(math.MaxInt64))}, `"long":9223372036854775807`},
		"texts are trimmed":    {kinds{Text: new("\t a b\n "), Plain: "\x00 x "}, `"text":"a b","plain":"x"`},
		"only spaces":          {kinds{Text: new("  ")}, `"text":""`},
		"no-break space stays": {kinds{Text: new("\u00a0a\u00a0")}, `"text":"\u00a0a\u00a0"`},
		"noTrim":               {kinds{Exact: new(" a ")}, `"exact":" a "`},
		"lists are not":        {kinds{List: []string{" a "}}, `"list":[" a "]`},
		"nulls of a map":       {kinds{Map: map[string]any{"a": nil, "b": 1}}, `"map":{"b":1}`},
		"nulls further in":     {kinds{Map: map[string]any{"a": map[string]any{"x": nil, "y": "z"}}}, `"map":{"a":{"y":"z"}}`},
		"nil lists of a map":   {kinds{Lists: map[string][]string{"a": nil, "b": {}}}, `"lists":{"b":[]}`},
		"escapes":              {kinds{Text: new("\"\\<>&\u2028中😀")}, `"text":"\"\\<>&\u2028中😀"`},
		"any":                  {kinds{Object: []any{1, "x", nil}}, `"object":[1,"x",null]`},
		"a name that is none":  {kinds{NoWire: "x", untouched: 1}, ``},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			params := defaults
			if test.params != "" {
				params += "," + test.params
			}
			require.JSONEq(t, `{"params":{`+params+`}}`, sentBy(t, test.action).text)
		})
	}
}

func TestDefaultsAreSentOnlyWhereNothingIsSet(t *testing.T) {
	t.Parallel()
	action := kinds{Default: new(""), DefaultN: new(int32(0)), DefaultB: new(true)}
	require.JSONEq(t, `{"params":{"default":"","defaultN":0,"defaultB":true}}`, sentBy(t, action).text)
}

func TestTagsStandBesideTheParameters(t *testing.T) {
	t.Parallel()
	action := recoverVM{UUID: vmUUID, SystemTags: []string{"a::b"}, UserTags: []string{"c"}}
	require.JSONEq(t, `{"recoverVmInstance":{},"systemTags":["a::b"],"userTags":["c"]}`, sentBy(t, action).text)
}

func TestKeysOfBodies(t *testing.T) {
	t.Parallel()
	for _, key := range []string{"", "null", "params", "addKVMHost"} {
		t.Run(key, func(t *testing.T) {
			t.Parallel()
			r := sentBy(t, tiny{info: zstack.ActionInfo{Name: "A", Method: "POST", Path: "/a", Body: key}})
			var body map[string]json.RawMessage
			require.NoError(t, json.Unmarshal([]byte(r.text), &body))
			require.Equal(t, map[string]json.RawMessage{key: json.RawMessage("{}")}, body)
		})
	}
}

// tiny has no parameter but what its path may want.
type tiny struct {
	UUID *string `json:"uuid,omitzero"`
	N    *int64  `json:"n,omitzero"`
	info zstack.ActionInfo
}

func (a tiny) ActionInfo() *zstack.ActionInfo { return &a.info }

// given is an action with required plain values, filled from JSON or written.
type given struct {
	Name  string  `json:"name" zstack:"required"`
	Count int64   `json:"count" zstack:"required"`
	Ratio float64 `json:"ratio" zstack:"required"`
	Force bool    `json:"force" zstack:"required"`
	Mode  int32   `json:"mode" zstack:"required" default:"3"`

	given zstack.Given
}

var givenInfo = zstack.ActionInfo{Name: "GivenAction", Method: "POST", Path: "/given", Body: "params"}

func (given) ActionInfo() *zstack.ActionInfo { return &givenInfo }

func (a *given) UnmarshalJSON(data []byte) error { return zstack.UnmarshalAction(data, a, &a.given) }

func TestRequiredZerosOfALiteralAreRefused(t *testing.T) {
	t.Parallel()
	rec := record(always(200, "{}"))
	c := clientOf(t, rec)
	requireRefused(t, c.Call(t.Context(), given{Name: "n"}, nil), "count", zstack.ConstraintRequired)
	requireRefused(t, c.Call(t.Context(), given{Name: "n", Count: 1, Ratio: 0.5}, nil), "force", zstack.ConstraintRequired)
	require.Empty(t, rec.requests())
}

// pointed is an action whose required numbers and booleans can be zero.
type pointed struct {
	Count *int64   `json:"count" zstack:"required"`
	Ratio *float64 `json:"ratio" zstack:"required"`
	Force *bool    `json:"force" zstack:"required"`
}

func (pointed) ActionInfo() *zstack.ActionInfo { return &givenInfo }

func TestRequiredZerosOfPointersAreSent(t *testing.T) {
	t.Parallel()
	require.JSONEq(t, `{"params":{"count":0,"ratio":0,"force":false}}`, sentBy(t, pointed{new(int64(0)), new(0.0), new(false)}).text)
	requireRefused(t, zstack.Validate(pointed{new(int64(0)), new(0.0), nil}), "force", zstack.ConstraintRequired)
}

func TestRequiredZerosOfJSONAreSent(t *testing.T) {
	t.Parallel()
	var a given
	require.NoError(t, json.Unmarshal([]byte(`{"name":"","count":0,"ratio":0,"force":false,"mode":0}`), &a))
	require.JSONEq(t, `{"params":{"name":"","count":0,"ratio":0,"force":false,"mode":0}}`, sentBy(t, a).text)
}

func TestRequiredThatJSONLeavesOutIsRefused(t *testing.T) {
	t.Parallel()
	for field, text := range map[string]string{
		"name":  `{"count":0,"ratio":0,"force":false}`,
		"count": `{"name":"n","ratio":0,"force":false}`,
		"ratio": `{"name":"n","count":0,"force":false}`,
		"force": `{"name":"n","count":0,"ratio":0}`,
	} {
		t.Run(field, func(t *testing.T) {
			t.Parallel()
			var a given
			require.NoError(t, json.Unmarshal([]byte(text), &a))
			requireRefused(t, zstack.Validate(a), field, zstack.ConstraintRequired)
		})
	}
}

func TestQueryStrings(t *testing.T) {
	t.Parallel()
	defaults := "&default=KVM&defaultN=7&defaultB=false"
	for name, test := range map[string]struct {
		action kinds
		want   string
	}{
		"unset":           {kinds{}, defaults[1:]},
		"scalars":         {kinds{Text: new("a"), Int: new(int32(-1)), Long: new(int64(math.MinInt64)), Bool: new(false)}, "text=a&int=-1&long=-9223372036854775808&bool=false" + defaults},
		"doubles":         {kinds{Double: new(1e21)}, "double=1000000000000000000000" + defaults},
		"an empty text":   {kinds{Text: new("")}, "text=" + defaults},
		"a list":          {kinds{List: []string{"a", "b", "a"}}, "list=a&list=b&list=a" + defaults},
		"numbers":         {kinds{Numbers: []int64{1, 2}}, "numbers=1&numbers=2" + defaults},
		"an empty list":   {kinds{List: []string{}}, defaults[1:]},
		"a map":           {kinds{Map: map[string]any{"b": 2, "a": "x", "c": nil}}, "map.a=x&map.b=2" + defaults},
		"a map of lists":  {kinds{Lists: map[string][]string{"a": {"x", "y"}, "b": nil}}, "lists.a=x&lists.a=y" + defaults},
		"tags":            {kinds{Tags: []string{"s::t"}, UserTags: []string{"u"}}, defaults[1:] + "&systemTags=s%3A%3At&userTags=u"},
		"space and plus":  {kinds{Text: new("a b+c")}, "text=a+b%2Bc" + defaults},
		"what divides":    {kinds{Text: new("a&b=c#d%/?;")}, "text=a%26b%3Dc%23d%25%2F%3F%3B" + defaults},
		"escape of names": {kinds{Map: map[string]any{"a b": "x"}}, "map.a+b=x" + defaults},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, test.want, sentBy(t, test.action.get()).URL.RawQuery)
		})
	}
}

func TestQueryOfADelete(t *testing.T) {
	t.Parallel()
	r := sentBy(t, destroyVM{UUID: vmUUID, SystemTags: []string{"a", "b"}})
	require.Equal(t, "deleteMode=Permissive&systemTags=a&systemTags=b", r.URL.RawQuery)
}

// randomText is valid UTF-8 of all sorts, with much that has a meaning in URLs.
func randomText(r *rand.Rand) string {
	const special = " +%&=;#?/\\'\"<>\x00\x7f\u0085中😀"
	runes := []rune(special)
	var b strings.Builder
	for range r.IntN(20) {
		if r.IntN(2) == 0 {
			b.WriteRune(runes[r.IntN(len(runes))])
		} else {
			b.WriteRune(rune(r.IntN(0xd800)))
		}
	}
	return b.String()
}

func TestAnyTextComesBackExactFromAQuery(t *testing.T) {
	t.Parallel()
	rec := record(always(200, "{}"))
	c := clientOf(t, rec)
	random := rand.New(rand.NewPCG(1, 2))
	for i := range 300 {
		list, key, value := []string{randomText(random), randomText(random)}, randomText(random), randomText(random)
		a := kinds{List: list, Map: map[string]any{key: value}}.get()
		require.NoError(t, c.Call(t.Context(), a, nil))
		query, err := url.ParseQuery(rec.requests()[i].URL.RawQuery)
		require.NoError(t, err)
		require.Equal(t, list, query["list"])
		require.Equal(t, []string{value}, query["map."+key])
	}
}

func TestParametersOfQueriesComeInOrder(t *testing.T) {
	t.Parallel()
	r := sentBy(t, queryVM{
		Conditions: []string{"name~=a%", "uuid=x", "name~=a%"}, Limit: new(int32(10)), Start: new(int32(0)), Count: new(false), GroupBy: new("state"),
		ReplyWithCount: new(true), FilterName: new("f"), SortBy: new("name"), SortDirection: new("desc"), Fields: []string{"uuid", "name"},
	})
	require.Equal(t, "q=name~%3Da%25&q=uuid%3Dx&q=name~%3Da%25&limit=10&start=0&count=false&groupBy=state&replyWithCount=true&filterName=f&sort=-name&fields=uuid%2Cname",
		r.URL.RawQuery)
}

func TestSortOfQueries(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		action queryVM
		want   string
	}{
		"ascending":  {queryVM{SortBy: new("name"), SortDirection: new("asc")}, "sort=%2Bname"},
		"default":    {queryVM{SortBy: new("name")}, "sort=%2Bname"},
		"descending": {queryVM{SortBy: new("name"), SortDirection: new("desc")}, "sort=-name"},
		"any case":   {queryVM{SortBy: new("name"), SortDirection: new("DESC")}, "sort=-name"},
		"nothing":    {queryVM{Fields: []string{}}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test.action.Conditions = []string{}
			require.Equal(t, test.want, sentBy(t, test.action).URL.RawQuery)
		})
	}
}

func TestQueriesRefused(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		action            queryVM
		field, constraint string
	}{
		"direction without field": {queryVM{SortDirection: new("asc")}, "sortDirection", zstack.ConstraintConflict},
		"unknown direction":       {queryVM{SortBy: new("name"), SortDirection: new("up")}, "sortDirection", zstack.ConstraintValues},
		"comma in a field":        {queryVM{Fields: []string{"uuid,name"}}, "fields", zstack.ConstraintType},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test.action.Conditions = []string{}
			rec := record(always(200, "{}"))
			requireRefused(t, clientOf(t, rec).Call(t.Context(), test.action, nil), test.field, test.constraint)
			require.Empty(t, rec.requests())
		})
	}
}

func TestWhatJSONCannotHoldIsRefused(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		action kinds
		field  string
	}{
		"NaN":                  {kinds{Double: new(math.NaN())}, "double"},
		"infinity":             {kinds{Double: new(math.Inf(1))}, "double"},
		"NaN in any":           {kinds{Object: math.NaN()}, "object"},
		"NaN in a map":         {kinds{Map: map[string]any{"a": math.NaN()}}, "map"},
		"a function":           {kinds{Object: func() {}}, "object"},
		"a channel in a map":   {kinds{Map: map[string]any{"a": make(chan int)}}, "map"},
		"invalid UTF-8":        {kinds{Text: new("a\xff")}, "text"},
		"invalid UTF-8 in any": {kinds{Object: "a\xff"}, "object"},
		"invalid UTF-8, list":  {kinds{List: []string{"a\xff"}}, "list"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rec := record(always(200, "{}"))
			requireRefused(t, clientOf(t, rec).Call(t.Context(), test.action, nil), test.field, zstack.ConstraintType)
			require.Empty(t, rec.requests())
		})
	}
}

func TestNestedDataTravelsInABody(t *testing.T) {
	t.Parallel()
	r := sentBy(t, kinds{Object: types.VmInstanceInventory{UUID: "u"}})
	require.Contains(t, r.text, `"object":{"uuid":"u"}`)
}

var _ http.RoundTripper = transport(nil)

type slashless struct{}

func (slashless) ActionInfo() *zstack.ActionInfo {
	return &zstack.ActionInfo{Name: "SlashlessAction", Method: "PUT", Path: "frob"}
}

func TestAPathBeginsWithASlash(t *testing.T) {
	t.Parallel()
	rec := record(always(200, "{}"))
	requireRefused(t, clientOf(t, rec).Call(t.Context(), slashless{}, nil), "", zstack.ConstraintPath)
	require.Empty(t, rec.requests())
}

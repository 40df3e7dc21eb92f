package zstacktest

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestConditionsAreTakenApartAsTheServerDoes(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]condition{
		"name=web":         {"name", "=", "web"},
		" name = web ":     {"name", "=", " web "},
		"name=":            {"name", "=", ""},
		"name!=web":        {"name", "!=", "web"},
		"cpuNum>=2":        {"cpuNum", ">=", "2"},
		"cpuNum>2":         {"cpuNum", ">", "2"},
		"cpuNum<=2":        {"cpuNum", "<=", "2"},
		"cpuNum<2":         {"cpuNum", "<", "2"},
		"name~=web%":       {"name", "~=", "web%"},
		"name!~=web%":      {"name", "!~=", "web%"},
		"name?=a,b":        {"name", "?=", "a,b"},
		"name!?=a,b":       {"name", "!?=", "a,b"},
		"hostUuid is null": {"hostUuid", "is null", ""},
		"hostUuid not null": {
			"hostUuid", "not null", ""},
		// What a value holds can change the meaning of a condition.
		"name=a>=b":         {"name=a", ">=", "b"},
		"name=a!=b":         {"name=a", "!=", "b"},
		"name~=a=b":         {"name", "~=", "a=b"},
		"name?=a~=b":        {"name?=a", "~=", "b"},
		"name>a=b":          {"name>a", "=", "b"},
		"name==b":           {"name", "=", "b"},
		"name=a is null":    {"name", "=", "a is null"},
		"description=a > b": {"description", "=", "a > b"},
	} {
		got, refused := parseCondition(s)
		require.Nil(t, refused, s)
		require.Equal(t, want, got, s)
	}
}

func TestLike(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		pattern, s string
		want       bool
	}{
		{"", "", true}, {"", "a", false}, {"%", "", true}, {"%", "abc", true}, {"a%", "abc", true}, {"%c", "abc", true},
		{"%b%", "abc", true}, {"a_c", "abc", true}, {"a_c", "ac", false}, {"_", "中", true}, {"%a%b%", "xaxxbx", true},
		{"%ab", "aab", true}, {"%aab", "aaab", true}, {"a%a", "a", false}, {`100\%`, "100%", true}, {`100\%`, "1000", false},
		{`a\_b`, "a_b", true}, {`a\_b`, "axb", false}, {`%\%`, "50%", true}, {"%%", "x", true}, {"a", "b", false}, {"%x", "abc", false},
	} {
		require.Equal(t, tc.want, like([]rune(tc.s), []rune(tc.pattern)), "%q like %q", tc.s, tc.pattern)
	}
}

// names queries VM instances and returns their names in the order they came in.
func names(t *testing.T, c *testClient, query string) []string {
	t.Helper()
	rep := c.send("GET", "/vm-instances?"+query, "")
	require.Equal(t, http.StatusOK, rep.status, rep.text)
	found := []string{}
	for _, inv := range rep.body["inventories"].([]any) {
		found = append(found, inv.(map[string]any)["name"].(string))
	}
	return found
}

func TestQueryConditions(t *testing.T) {
	t.Parallel()
	c := newClient(t, WithSite())
	site := c.node.Site()
	for i, vm := range []map[string]any{
		{"name": "web-1", "cpuNum": 1, "description": "front", "createDate": time.Date(2017, 11, 14, 1, 0, 0, 0, time.UTC)},
		{"name": "web-2", "cpuNum": 2, "hostUuid": site.HostUUID, "createDate": time.Date(2018, 11, 14, 1, 0, 0, 0, time.UTC)},
		{"name": "DB", "cpuNum": 16, "state": "Stopped", "zoneUuid": site.ZoneUUID, "createDate": "Nov 14, 2019 1:00:00 AM"},
	} {
		vm["vmNics"] = []map[string]any{{"ip": fmt.Sprintf("10.0.0.%d", i), "l3NetworkUuid": site.L3NetworkUUID}}
		c.node.Add("VmInstance", vm)
	}
	for q, want := range map[string][]string{
		"":                               {"web-1", "web-2", "DB"},
		"name=web-1":                     {"web-1"},
		"name=db":                        {"DB"},
		"name!=web-1":                    {"web-2", "DB"},
		"name~=web%":                     {"web-1", "web-2"},
		"name~=WEB-_":                    {"web-1", "web-2"},
		"name!~=web%":                    {"DB"},
		"name?=web-1,DB,x":               {"web-1", "DB"},
		"name!?=web-1,DB,x":              {"web-2"},
		"cpuNum=2":                       {"web-2"},
		"cpuNum>2":                       {"DB"},
		"cpuNum>=2":                      {"web-2", "DB"},
		"cpuNum<16":                      {"web-1", "web-2"},
		"cpuNum<=1":                      {"web-1"},
		"cpuNum?=1,16":                   {"web-1", "DB"},
		"cpuNum<1.5":                     {"web-1"},
		"cpuNum~=1%":                     {"web-1", "DB"},
		"description is null":            {"web-2", "DB"},
		"description not null":           {"web-1"},
		"description!=x":                 {"web-1"},
		"hostUuid is null":               {"web-1", "DB"},
		"state=Stopped":                  {"DB"},
		"createDate>2018-01-01":          {"web-2", "DB"},
		"vmNics.ip=10.0.0.1":             {"web-2"},
		"vmNics.ip~=10.0.0.%":            {"web-1", "web-2", "DB"},
		"zone.name=zone-1":               {"DB"},
		"host.zone.name=zone-1":          {"web-2"},
		"vmNics.l3Network.name=l3-1":     {"web-1", "web-2", "DB"},
		"createDate=2018-11-14 01:00:00": {"web-2"},
	} {
		query := ""
		if q != "" {
			query = "q=" + url.QueryEscape(q)
		}
		require.Equal(t, want, names(t, c, query), q)
	}
	require.Equal(t, []string{"web-2"}, names(t, c, "q=cpuNum%3E1&q=state%3DRunning"))
}

func TestQueryOtherTypes(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	a := c.node.Add("Zone", map[string]any{"name": "a", "isDefault": true, "createDate": "Nov 14, 2017 10:20:57 PM"})
	b := c.node.Add("Zone", map[string]any{"name": "b", "description": "Ärger", "createDate": "Nov 13, 2017 10:20:57 PM"})
	c.node.Add("PrimaryStorage", map[string]any{"name": "one", "attachedClusterUuids": []string{a, b}})
	c.node.Add("PrimaryStorage", map[string]any{"name": "two", "attachedClusterUuids": []string{}})
	c.node.Add("Zone", map[string]any{"uuid": "own", "name": "c", "createDate": nil, "load": 0.5})
	c.node.Set("Zone", "own", map[string]any{"createDate": nil})
	for target, want := range map[string]string{
		"/zones?q=isDefault%3Dtrue":                                "a",
		"/zones?q=isDefault%3D0&sort=name":                         "b c",
		"/zones?sort=isDefault":                                    "b c a",
		"/zones?sort=createDate":                                   "c b a",
		"/zones?sort=-createDate":                                  "a b c",
		"/zones?sort=description":                                  "a c b",
		"/zones?q=description%3D%C3%84RGER":                        "b",
		"/zones?q=uuid%3Down":                                      "c",
		"/zones?q=name%3E%3Db&sort=name":                           "b c",
		"/zones?q=name%3E%C3%A4":                                   "",
		"/primary-storage?q=attachedClusterUuids%3D" + b:           "one",
		"/primary-storage?q=attachedClusterUuids+is+null":          "two",
		"/zones?q=createDate%3C%3DNov+13%2C+2017+10%3A20%3A57+PM":  "b",
		"/zones?q=createDate%3E%3D2017-11-13T22%3A20%3A57%2B00:00": "a b",
	} {
		rep := c.send("GET", target, "")
		require.Equal(t, http.StatusOK, rep.status, rep.text)
		found := []string{}
		for _, inv := range rep.body["inventories"].([]any) {
			found = append(found, inv.(map[string]any)["name"].(string))
		}
		require.Equal(t, want, strings.Join(found, " "), target)
	}
	require.Equal(t, []string{codeInvalidArgument}, c.send("GET", "/zones?q=isDefault%3Dperhaps", "").codes())
}

func TestQueryOptions(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	for i, name := range []string{"c", "a", "e", "b", "d"} {
		c.node.Add("VmInstance", map[string]any{"name": name, "cpuNum": i % 2})
	}
	require.Equal(t, []string{"c", "a", "e", "b", "d"}, names(t, c, ""))
	require.Equal(t, []string{"a", "b", "c", "d", "e"}, names(t, c, "sort=%2Bname"))
	require.Equal(t, []string{"e", "d", "c", "b", "a"}, names(t, c, "sort=-name"))
	require.Equal(t, []string{"c", "e", "d", "a", "b"}, names(t, c, "sort=cpuNum"), "the order of adding decides")
	require.Equal(t, []string{"b", "c"}, names(t, c, "sort=name&start=1&limit=2"))
	require.Empty(t, names(t, c, "start=5"))
	require.Empty(t, names(t, c, "start=9"))
	require.Empty(t, names(t, c, "limit=0"))

	rep := c.send("GET", "/vm-instances?count=true&limit=2&q=name%3Ea", "")
	require.JSONEq(t, `{"total": 4, "schema": {}}`, rep.text)
	rep = c.send("GET", "/vm-instances?replyWithCount=true&limit=2&fields=name,cpuNum&sort=name", "")
	require.JSONEq(t, `{"inventories": [{"name": "a", "cpuNum": 1}, {"name": "b", "cpuNum": 1}], "total": 5, "schema": {
		"inventories[0]": "org.zstack.header.vm.VmInstanceInventory", "inventories[1]": "org.zstack.header.vm.VmInstanceInventory"}}`, rep.text)
	require.NotContains(t, c.send("GET", "/vm-instances", "").body, "total")
}

func TestQueryLimitIsAThousand(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	for range 1001 {
		c.node.Add("VmInstance", map[string]any{"name": "v"})
	}
	require.Len(t, names(t, c, ""), 1000)
	require.Len(t, names(t, c, "limit=2000"), 1001)
}

func TestQueryOfOne(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	zone := c.node.Add("Zone", map[string]any{"name": "z"})
	c.node.Add("Zone", nil)
	for _, target := range []string{"/zones/" + zone, "/zones?q=uuid%3D" + zone} {
		require.Len(t, c.send("GET", target, "").body["inventories"], 1, target)
	}
	require.Empty(t, c.send("GET", "/zones/ffffffffffffffffffffffffffffffff", "").body["inventories"])
	require.Equal(t, http.StatusNotFound, c.send("GET", "/zones/other-api", "").status)
	c.node.Add("Zone", map[string]any{"uuid": "my-zone"})
	require.Len(t, c.send("GET", "/zones/my-zone", "").body["inventories"], 1)
	require.Empty(t, c.send("GET", "/zones?q=uuid%3Dunknown", "").body["inventories"])
}

func TestQueryErrors(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	for query, code := range map[string]string{
		"q=colour%3Dgreen":         codeInvalidArgument,
		"q=vmNics%3Dx":             codeInvalidArgument,
		"q=vmNics.colour%3Dx":      codeInvalidArgument,
		"q=colour.name%3Dx":        codeInvalidArgument,
		"q=cpuNum%3Dmany":          codeInvalidArgument,
		"q=createDate%3Eyesterday": codeInvalidArgument,
		"sort=colour":              codeInvalidArgument,
		"sort=vmNics":              codeInvalidArgument,
		"fields=name,colour":       codeInvalidArgument,
		"limit=-1":                 codeInvalidArgument,
		"groupBy=name":             codeUnimplemented,
		"q=name%3Da%3E%3Db":        codeInvalidArgument,
	} {
		rep := c.send("GET", "/vm-instances?"+query, "")
		require.Equal(t, http.StatusServiceUnavailable, rep.status, query)
		require.Equal(t, []string{code}, rep.codes(), query)
	}
}

func TestEveryKindIsQueried(t *testing.T) {
	t.Parallel()
	c := newClient(t, WithSite())
	for _, row := range kindTable {
		if row.path == "" {
			continue
		}
		uuid := c.node.Add(row.name, map[string]any{"name": "added"})
		rep := c.send("GET", row.path+"?q=uuid%3D"+uuid, "")
		require.Len(t, rep.body["inventories"], 1, row.path)
	}
}

func BenchmarkQuery10000(b *testing.B) {
	n := New()
	for i := range 10_000 {
		n.Add("VmInstance", map[string]any{"name": fmt.Sprintf("vm-%d", i), "vmNics": []map[string]any{{"ip": "10.0.0.1"}}})
	}
	k := kinds()["VmInstance"]
	for name, q := range map[string]*query{
		"like":   {conditions: []condition{{"name", "~=", "vm-99%"}}},
		"nested": {conditions: []condition{{"vmNics.ip", "=", "10.0.0.2"}}},
		"sorted": {sortBy: "name"},
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, err := n.store.find(k, q, time.UTC); err != nil {
					b.Fatal(err.details)
				}
			}
		})
	}
	b.Run("reply", func(b *testing.B) {
		for b.Loop() {
			rows, _ := n.store.find(k, &query{}, time.UTC)
			list := make([]*object, len(rows))
			for i, r := range rows {
				list[i] = n.store.inventory(r, nil)
			}
			o := &object{members: []member{{"inventories", list}}}
			o.add("schema", o.schema())
			e := encoder{location: time.UTC}
			e.object(o)
			b.SetBytes(int64(len(e.buf)))
		}
	})
}

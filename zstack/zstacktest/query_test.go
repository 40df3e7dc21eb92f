package zstacktest

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	calls "github.com/zstack-go/zstack-go/zstack/zstacktest/internal/api"
	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/apierr"
	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/store"
)

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
		"cpuNum=1.0":                     {"web-1"},
		"cpuNum!?=1,2.0":                 {"DB"},
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
		"createDate~=2018-11-1%":         {"web-2"},
		"createDate?=2018-11-14 01:00:00,2017-11-14 01:00:00.5": {"web-2"},
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
	require.Equal(t, []string{apierr.CodeInternal}, c.send("GET", "/zones?q=isDefault%3Dperhaps", "").codes())
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

func TestSchemaOfQueryLeadsToNestedRecords(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	c.node.Add("VmInstance", map[string]any{"vmNics": []map[string]any{{}}})
	c.node.Add("VmInstance", map[string]any{
		"@class": "org.example.SpecialVmInventory",
		"vmNics": []map[string]any{{}, {"usedIps": []map[string]any{{"ip": "10.0.0.1"}, {"ip": "10.0.0.2"}}}},
	})
	require.Equal(t, map[string]any{
		"inventories[0]":                      "org.zstack.header.vm.VmInstanceInventory",
		"inventories[0].vmNics[0]":            "org.zstack.header.vm.VmNicInventory",
		"inventories[1]":                      "org.example.SpecialVmInventory",
		"inventories[1].vmNics[0]":            "org.zstack.header.vm.VmNicInventory",
		"inventories[1].vmNics[1]":            "org.zstack.header.vm.VmNicInventory",
		"inventories[1].vmNics[1].usedIps[0]": "org.zstack.header.network.l3.UsedIpInventory",
		"inventories[1].vmNics[1].usedIps[1]": "org.zstack.header.network.l3.UsedIpInventory",
	}, c.send("GET", "/vm-instances", "").body["schema"])
	require.Equal(t, map[string]any{"inventories[0]": "org.zstack.header.vm.VmInstanceInventory"},
		c.send("GET", "/vm-instances?fields=name&limit=1", "").body["schema"])
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
	require.Empty(t, c.send("GET", "/zones/other-api", "").body["inventories"], "as on a real node")
	c.node.Add("Zone", map[string]any{"uuid": "my-zone"})
	require.Len(t, c.send("GET", "/zones/my-zone", "").body["inventories"], 1)
	require.Empty(t, c.send("GET", "/zones?q=uuid%3Dunknown", "").body["inventories"])
}

func TestQueryErrors(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	for query, code := range map[string]string{
		"q=colour%3Dgreen":     apierr.CodeInternal,
		"q=vmNics%3Dx":         apierr.CodeInternal,
		"q=vmNics.colour%3Dx":  apierr.CodeInternal,
		"q=colour.name%3Dx":    apierr.CodeInternal,
		"sort=colour":          apierr.CodeInternal,
		"sort=vmNics":          apierr.CodeInternal,
		"fields=name,colour":   apierr.CodeInternal,
		"limit=-1":             apierr.CodeInternal,
		"filterName=mine:x":    apierr.CodeUnimplemented,
		"q=__systemTag__%3Ex":  apierr.CodeInvalidArgument,
		"q=name%3Da%3E%3Db":    apierr.CodeInternal,
		"q=name%3Dit%27s":      apierr.CodeInternal,
		"q=name%3F%3Da,it%27s": apierr.CodeInternal,
	} {
		rep := c.send("GET", "/vm-instances?"+query, "")
		require.Equal(t, http.StatusServiceUnavailable, rep.status, query)
		require.Equal(t, []string{code}, rep.codes(), query)
	}
}

func TestEveryKindIsQueried(t *testing.T) {
	t.Parallel()
	c := newClient(t, WithSite())
	read := 0
	for _, action := range calls.All() {
		kind, class := store.Base(inventoryName(action.Describe().RowType()))
		if !action.Query || kind == nil || kind.ByName["uuid"] == nil || strings.Contains(action.Path, "{") {
			continue
		}
		uuid := c.node.Add(kind.Name, map[string]any{"@class": class})
		rep := c.send("GET", action.Path+"?q=uuid%3D"+uuid, "")
		require.Len(t, rep.body["inventories"], 1, action.Name+": "+rep.text)
		read++
	}
	require.Greater(t, read, 300)
}

func TestTimesInConditionsAreInTheServersZone(t *testing.T) {
	t.Parallel()
	c := newClient(t, WithLocation(time.FixedZone("", 8*3600)))
	// The node's clock has fractions of a second, which the database does not keep.
	c.node.Add("VmInstance", map[string]any{"name": "first", "createDate": time.Date(2017, 11, 14, 14, 20, 57, 900e6, time.UTC)})
	c.node.Add("VmInstance", map[string]any{"name": "second", "createDate": "2017-11-14 22:20:58"})
	for q, want := range map[string][]string{
		"createDate=2017-11-14 22:20:57":        {"first"},
		"createDate=2017-11-14 22:20:57.000":    {"first"},
		"createDate=2017-11-14 22:20:57.9":      {},
		"createDate!=2017-11-14 22:20:57.9":     {"first", "second"},
		"createDate>2017-11-14 22:20:57":        {"second"},
		"createDate>=2017-11-14 22:20:57":       {"first", "second"},
		"createDate>2017-11-14 22:20:57.5":      {"second"},
		"createDate>=2017-11-14 22:20:57.001":   {"second"},
		"createDate<2017-11-14 22:20:57.001":    {"first"},
		"createDate<=2017-11-14 22:20:57.999":   {"first"},
		"createDate<2017-11-14 22:20:57.0":      {},
		"createDate>=2017-11-14T14:20:57.5Z":    {"second"},
		"createDate~=% 22:20:57":                {"first"},
		"createDate!~=% 22:20:57":               {"second"},
		"createDate=Nov 14, 2017 10:20:57 PM":   {"first"},
		"createDate<=Nov 14, 2017, 10:20:58 PM": {"first", "second"},
	} {
		require.Equal(t, want, names(t, c, "q="+url.QueryEscape(q)), q)
	}
}

// A condition on a field of other records is, on the server, one on the key being
// among those of the records that meet it.
func TestConditionsOnOtherRecordsAskForOneThatMeetsThem(t *testing.T) {
	t.Parallel()
	c := newClient(t, WithSite())
	zone := c.node.Site().ZoneUUID
	nic := func(ip, gateway any) map[string]any {
		return map[string]any{"ip": ip, "gateway": gateway, "l3NetworkUuid": c.node.Site().L3NetworkUUID}
	}
	for name, nics := range map[string][]map[string]any{
		"none": nil,
		"one":  {nic("10.0.0.1", "10.0.0.254")},
		"two":  {nic("10.0.0.1", nil), nic("10.0.0.2", "10.0.0.254")},
		"bare": {nic(nil, nil), {"ip": "10.9.9.9"}},
	} {
		c.node.Add("VmInstance", map[string]any{"name": name, "vmNics": nics})
	}
	c.node.Add("VmInstance", map[string]any{"name": "zoned", "zoneUuid": zone})
	c.node.Add("VmInstance", map[string]any{"name": "lost", "zoneUuid": "ffffffffffffffffffffffffffffffff"})
	for q, want := range map[string][]string{
		"vmNics.ip=10.0.0.1":                 {"one", "two"},
		"vmNics.ip!=10.0.0.1":                {"bare", "two"},
		"vmNics.ip!~=10.0.%":                 {"bare"},
		"vmNics.ip!?=10.0.0.1,10.9.9.9":      {"two"},
		"vmNics.ip is null":                  {"bare"},
		"vmNics.ip not null":                 {"bare", "one", "two"},
		"vmNics.gateway is null":             {"bare", "two"},
		"vmNics.l3Network.name=L3-1":         {"bare", "one", "two"},
		"vmNics.l3Network.name!=l3-1":        {},
		"vmNics.l3Network.zone.name~=Z%":     {"bare", "one", "two"},
		"vmNics.l3Network.name is null":      {},
		"vmNics.l3Network.dnsDomain is null": {"bare", "one", "two"},
		"zone.name=zone-1":                   {"zoned"},
		"zone.name!=x":                       {"zoned"},
		"zone.description is null":           {"zoned"},
		"zone.name is null":                  {},
		"zoneUuid is null":                   {"bare", "none", "one", "two"},
	} {
		require.Equal(t, want, names(t, c, "sort=name&q="+url.QueryEscape(q)), q)
	}
}

func TestLikeIsThatOfTheDatabase(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	for _, name := range []string{"100%", "1000", "a_b", "axb", "C:\\disk"} {
		c.node.Add("VmInstance", map[string]any{"name": name})
	}
	for q, want := range map[string][]string{
		"name~=100%":     {"100%", "1000"},
		"name~=100\\%":   {"100%"},
		"name~=A_B":      {"a_b", "axb"},
		"name~=a\\_b":    {"a_b"},
		"name!~=a_b":     {"100%", "1000", "C:\\disk"},
		"name~=c:\\\\d%": {"C:\\disk"},
		"name~=100":      {},
		"name~=____":     {"100%", "1000"},
	} {
		require.Equal(t, want, names(t, c, "q="+url.QueryEscape(q)), q)
	}
}

// TestQueryGroupsAreIgnored: all rows come, as from a real node.
func TestQueryGroupsAreIgnored(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	for _, name := range []string{"a", "b", "c"} {
		c.node.Add("VmInstance", map[string]any{"name": name, "cpuNum": 1})
	}
	for _, query := range []string{"groupBy=cpuNum", "groupBy=cpuNum,name", "groupBy=", "groupBy=colour"} {
		require.Equal(t, []string{"a", "b", "c"}, names(t, c, query), query)
	}
}

func TestQueryCountsAllThatMatch(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	for i := range 7 {
		c.node.Add("VmInstance", map[string]any{"name": fmt.Sprint(i)})
	}
	for query, want := range map[string]string{
		"count=true":                                          "0 of 7",
		"count=true&start=5&limit=1&sort=name":                "0 of 7",
		"count=TRUE&q=name%3C3":                               "0 of 3",
		"count=true&replyWithCount=true":                      "0 of 7",
		"replyWithCount=true&limit=2":                         "2 of 7",
		"replyWithCount=true&limit=0":                         "0 of 7",
		"replyWithCount=true&q=name%3E%3D5":                   "2 of 2",
		"replyWithCount=true&start=6&limit=3&sort=-name":      "1 of 7",
		"replyWithCount=true&q=uuid%3E0&sort=%2Buuid&limit=3": "3 of 7",
		"count=false&limit=3":                                 "3 of <nil>",
	} {
		rep := c.send("GET", "/vm-instances?"+query, "")
		require.Equal(t, http.StatusOK, rep.status, rep.text)
		list, _ := rep.body["inventories"].([]any)
		require.Equal(t, want, fmt.Sprintf("%d of %v", len(list), rep.body["total"]), query)
	}
}

func TestQueryByUUID(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	for _, uuid := range []string{"b", "D", "a", "C", "c"} {
		c.node.Add("VmInstance", map[string]any{"uuid": uuid, "name": uuid, "cpuNum": len(uuid) + int(uuid[0])%2})
	}
	for query, want := range map[string]string{
		"sort=%2Buuid":                          "a b C c D",
		"sort=uuid&limit=2":                     "a b",
		"sort=uuid&start=3":                     "c D",
		"sort=-uuid":                            "D C c b a",
		"q=uuid%3Eb&sort=uuid":                  "C c D",
		"q=uuid%3E%3DB&sort=uuid":               "b C c D",
		"q=uuid%3EB&sort=uuid&limit=1":          "C",
		"q=uuid%3EB&q=uuid%3Ec&sort=uuid":       "D",
		"q=uuid%3Ec&q=uuid%3EB&sort=uuid":       "D",
		"q=uuid%3Eb&q=uuid%3Cd&sort=uuid":       "C c",
		"q=uuid%3Eb":                            "D C c",
		"q=uuid%3EA&q=cpuNum%3D2&sort=uuid":     "C c",
		"q=uuid%3EA&q=name%3Dnobody&sort=uuid":  "",
		"q=uuid%3Dc":                            "C c",
		"q=uuid%3Dd":                            "D",
		"q=uuid%3Dx":                            "",
		"q=uuid?%3Dd,x,A,a":                     "D a",
		"q=uuid?%3Dd,x,A,a&sort=uuid":           "a D",
		"q=uuid!?%3Dd,x,A,a&sort=-name":         "C c b",
		"q=uuid!%3Dc&sort=uuid":                 "a b D",
		"q=uuid~%3D_&sort=uuid&start=4&limit=9": "D",
	} {
		require.Equal(t, want, strings.Join(names(t, c, query), " "), query)
	}
}

// TestJoinsOfTheCatalogue: conditions reach other records by the names that servers know.
func TestJoinsOfTheCatalogue(t *testing.T) {
	t.Parallel()
	c := newClient(t, WithSite())
	site := c.node.Site()
	vm := c.ok("POST", "/vm-instances", createVMBody(c.node, ""))["uuid"].(string)
	for query, want := range map[string]int{
		"/l3-networks?q=vmNic.vmInstanceUuid%3D" + vm:                                1,
		"/l3-networks?q=vmNic.vmInstanceUuid%3D" + site.ZoneUUID:                     0,
		"/vm-instances?q=vmNics.l3Network.l2Network.uuid%3D" + site.L2NetworkUUID:    1,
		"/volumes?q=vmInstance.uuid%3D" + vm:                                         1,
		"/volumes?q=primaryStorage.zone.name%3Dzone-1":                               1,
		"/primary-storage?q=volume.vmInstanceUuid%3D" + vm:                           1,
		"/vm-instances?q=rootVolume.primaryStorageUuid%3D" + site.PrimaryStorageUUID: 1,
	} {
		rep := c.send("GET", query, "")
		require.Equal(t, http.StatusOK, rep.status, "%s: %s", query, rep.text)
		require.Len(t, rep.body["inventories"], want, query)
	}
}

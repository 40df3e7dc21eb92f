package zstacktest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/apierr"
	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/javajson"
	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/zql"
)

// zqlSite returns a client of a node with a few zones, VM instances and volumes.
func zqlSite(t *testing.T) *testClient {
	t.Helper()
	c := newClient(t)
	c.node.Add("Zone", map[string]any{"uuid": "z1", "name": "east"})
	c.node.Add("Zone", map[string]any{"uuid": "z2", "name": "it's west", "isDefault": true})
	c.node.Add("Cluster", map[string]any{"uuid": "c1", "zoneUuid": "z1"})
	c.node.Add("PrimaryStorage", map[string]any{"uuid": "p1", "name": "local", "attachedClusterUuids": []string{"c1"}})
	for i, vm := range []map[string]any{
		{"uuid": "v1", "name": "web-1", "zoneUuid": "z1", "clusterUuid": "c1", "vmNics": []map[string]any{{"uuid": "n1", "ip": "10.0.0.1"}, {"uuid": "n2", "ip": "10.0.0.2"}}},
		{"uuid": "v2", "name": "web-2", "zoneUuid": "z1", "state": "Stopped", "vmNics": []map[string]any{{"uuid": "n3", "ip": "10.0.0.3"}}},
		{"uuid": "v3", "name": "DB", "zoneUuid": "z2", "description": `say "hi" \ there`},
		{"uuid": "v4", "name": "x%", "state": "Stopped", "systemTags": []string{"ha::NeverStop"}},
	} {
		vm["cpuNum"] = 1 << i
		vm["createDate"] = fmt.Sprintf("2017-11-%02d 10:00:00", i+1)
		c.node.Add("VmInstance", vm)
	}
	for i, volume := range []map[string]any{
		{"vmInstanceUuid": "v1", "size": 100}, {"vmInstanceUuid": "v2", "size": 20, "actualSize": nil},
		{"vmInstanceUuid": "V1", "size": 3, "primaryStorageUuid": "p1"}, {"size": 1},
	} {
		volume["uuid"] = fmt.Sprint("d", i)
		volume["actualSize"] = i
		c.node.Add("Volume", volume)
	}
	return c
}

func (c *testClient) zql(text string) testReply {
	c.t.Helper()
	return c.send("GET", "/zql?zql="+url.QueryEscape(text), "")
}

// zqlRows runs a ZQL text and returns the first field that the rows of its first
// result have of "name", "uuid" and others.
func (c *testClient) zqlRows(text string) string {
	c.t.Helper()
	rep := c.zql(text)
	require.Equal(c.t, http.StatusOK, rep.status, "%s: %s", text, rep.text)
	found := []string{}
	for _, row := range rep.body["results"].([]any)[0].(map[string]any)["inventories"].([]any) {
		fields := row.(map[string]any)
		if name, ok := fields["uuid"]; ok && len(fields) > 1 {
			found = append(found, name.(string))
			continue
		}
		data, err := json.Marshal(fields)
		require.NoError(c.t, err)
		found = append(found, string(data))
	}
	return strings.Join(found, " ")
}

func TestZQLQueries(t *testing.T) {
	t.Parallel()
	c := zqlSite(t)
	for text, want := range map[string]string{
		"query vminstance":                                                                            "v1 v2 v3 v4",
		" query\tvminstance\n;":                                                                       "v1 v2 v3 v4",
		"query vminstance where name = 'WEB-1'":                                                       "v1",
		"query vminstance where name='web-1'":                                                         "v1",
		`query vminstance where name="web-1"`:                                                         "v1",
		"query vminstance where name != 'web-1'":                                                      "v2 v3 v4",
		"query vminstance where cpuNum > 2":                                                           "v3 v4",
		"query vminstance where cpuNum >= 2 and cpuNum <= 4":                                          "v2 v3",
		"query vminstance where cpuNum < 1.5":                                                         "v1",
		"query vminstance where cpuNum > -1 and cpuNum != 8.0":                                        "v1 v2 v3",
		"query vminstance where zoneUuid is null":                                                     "v4",
		"query vminstance where zoneUuid is not null":                                                 "v1 v2 v3",
		"query vminstance where cpuNum in (1, 8)":                                                     "v1 v4",
		"query vminstance where name not in ('db', 'web-1')":                                          "v2 v4",
		"query vminstance where name like 'web%'":                                                     "v1 v2",
		"query vminstance where name not like 'web%'":                                                 "v3 v4",
		`query vminstance where name like 'x\%'`:                                                      "v4",
		"query vminstance where createDate > '2017-11-02 10:00:00'":                                   "v3 v4",
		`query vminstance where description = 'say "hi" \\ there'`:                                    "v3",
		`query zone where name = 'it''s west'`:                                                        "z2",
		`query zone where name = "it's west"`:                                                         "z2",
		"query zone where isDefault = true":                                                           "z2",
		"query zone where isDefault = false":                                                          "z1",
		"query vminstance where vmNics.ip != '10.0.0.1'":                                              "v1 v2",
		"query vminstance where zone.name = 'east'":                                                   "v1 v2",
		"query vminstance where __systemTag__ like 'ha::%'":                                           "v4",
		"query vminstance where __systemTag__ is null":                                                "v1 v2 v3",
		"query vminstance.uuid,name where cpuNum = 2":                                                 "v2",
		"query vminstance.name where cpuNum = 2":                                                      `{"name":"web-2"}`,
		"query vminstance.state,cpuNum where cpuNum < 3":                                              `{"cpuNum":1,"state":"Running"} {"cpuNum":2,"state":"Stopped"}`,
		"query distinct(vminstance.state)":                                                            `{"state":"Running"} {"state":"Stopped"}`,
		"query distinct(vminstance.zoneUuid) order by zoneUuid desc":                                  `{"zoneUuid":"z2"} {"zoneUuid":"z1"} {}`,
		"query distinct(vminstance.state,zoneUuid) where cpuNum < 8 limit 2":                          `{"state":"Running","zoneUuid":"z1"} {"state":"Stopped","zoneUuid":"z1"}`,
		"query distinct(vminstance)":                                                                  "v1 v2 v3 v4",
		"query vminstance order by name asc":                                                          "v3 v1 v2 v4",
		"query vminstance order by state desc, name desc":                                             "v4 v2 v1 v3",
		"query vminstance order by cpuNum desc limit 2":                                               "v4 v3",
		"query vminstance order by cpuNum desc limit 2 offset 1":                                      "v3 v2",
		"query vminstance limit 0":                                                                    "",
		"query vminstance offset 3":                                                                   "v4",
		"query vminstance group by state":                                                             "v1 v2",
		"query vminstance group by state order by cpuNum desc":                                        "v4 v3",
		"query vminstance group by zoneUuid,state offset 1":                                           "v2 v3 v4",
		"query vminstance where uuid in (query vmnic.vmInstanceUuid where ip like '%.3')":             "v2",
		"query vminstance where uuid not in (query vmnic.vmInstanceUuid)":                             "v3 v4",
		"query vminstance where uuid not in (query volume.vmInstanceUuid)":                            "",
		"query vminstance where zoneUuid = (query zone.uuid where isDefault = true)":                  "v3",
		"query vminstance where zoneUuid = (query zone.uuid where name = 'north')":                    "",
		"query vminstance where createDate = (query vminstance.createDate where uuid = 'v2')":         "v2",
		"query cluster where uuid in (query primarystorage.attachedClusterUuids)":                     "c1",
		"query vminstance where zoneUuid in (query zone.uuid where uuid in (query cluster.zoneUuid))": "v1 v2",
		"query vminstance restrict by (zone.uuid = 'z2')":                                             "v3",
		"query vminstance where cpuNum > 1 restrict by (zone.name = 'east', state = 'Stopped')":       "v2",
		"query volume restrict by (vmnic.ip = '10.0.0.1')":                                            "d0",
		"query primarystorage restrict by (zone.name is not null)":                                    "",
		"query cluster restrict by (primarystorage.name = 'local')":                                   "",
		"query zone restrict by (zone.name like 'e%')":                                                "z1",
		"query vminstance return with (total) limit 1 named as 'x'":                                   "v1",
	} {
		require.Equal(t, want, c.zqlRows(text), text)
	}
}

func TestZQLPrecedence(t *testing.T) {
	t.Parallel()
	c := zqlSite(t)
	for where, want := range map[string]string{
		"cpuNum = 1 or cpuNum = 2 and state = 'Running'":                   "v1",
		"(cpuNum = 1 or cpuNum = 2) and state = 'Stopped'":                 "v2",
		"cpuNum = 8 and state = 'Stopped' or cpuNum = 1":                   "v1 v4",
		"cpuNum = 1 or (cpuNum = 2) or ((cpuNum = 4 and name = 'db'))":     "v1 v2 v3",
		"cpuNum = 1 and cpuNum = 2 or cpuNum = 4 and cpuNum = 8":           "",
		"uuid = 'v1' or uuid = 'v2'":                                       "v1 v2",
		"(uuid = 'v1' or uuid > 'v2') and uuid > 'v3'":                     "v4",
		"name = 'a or b' or state = 'Running' and zoneUuid in ('z1','or')": "v1",
	} {
		require.Equal(t, want, c.zqlRows("query vminstance where "+where), where)
	}
}

func TestZQLReplies(t *testing.T) {
	t.Parallel()
	c := zqlSite(t)
	for text, want := range map[string]string{
		"count vminstance": `{"results": [{"total": 4}]}`,
		"count vminstance where state = 'Stopped' limit 1 offset 1 named as 'n'": `{"results": [{"total": 2, "name": "n"}]}`,
		"count vminstance group by state":                                        `{"results": [{"total": 2}]}`,
		"count distinct(vminstance.zoneUuid)":                                    `{"results": [{"total": 3}]}`,
		"count vminstance restrict by (zone.uuid = 'z1')":                        `{"results": [{"total": 2}]}`,
		"query vminstance.name return with (total) order by name asc limit 1 named as 'vms'": `{
			"results": [{"inventories": [{"name": "DB"}], "total": 4, "name": "vms"}]}`,
		"query zone.name where name = 'x'; count zone;": `{"results": [{"inventories": []}, {"total": 2}]}`,
		"query distinct(vminstance.state) return with (total) limit 1": `{
			"results": [{"inventories": [{"state": "Running"}], "total": 2}]}`,
		"sum volume.size by vmInstanceUuid":                                  `{"results": [{"inventories": [["v1", 103], ["v2", 20], [null, 1]]}]}`,
		"sum volume.size,actualSize by vmInstanceUuid order by uuid desc":    `{"results": [{"inventories": [[null, 1, 3], ["V1", 103, 2], ["v2", 20, 1]]}]}`,
		"sum volume.size by type where size < 50":                            `{"results": [{"inventories": [["Data", 24]]}]}`,
		"sum volume.deviceId by type limit 1":                                `{"results": [{"inventories": [["Data", null]]}]}`,
		"sum volume.size by vmInstanceUuid limit 1 offset 1 named as 'sums'": `{"results": [{"inventories": [["v2", 20]], "name": "sums"}]}`,
		"sum volume.size by type where size > 999":                           `{"results": [{"inventories": []}]}`,
	} {
		rep := c.zql(text)
		require.Equal(t, http.StatusOK, rep.status, "%s: %s", text, rep.text)
		require.JSONEq(t, withoutSchema(t, want), withoutSchema(t, rep.text), text)
		results := rep.body["results"].([]any)
		require.Len(t, rep.body["schema"], len(results))
		for i := range results {
			require.Equal(t, javajson.ZQLResult, rep.body["schema"].(map[string]any)[fmt.Sprintf("results[%d]", i)])
		}
	}
}

// withoutSchema is a reply without its schema.
func withoutSchema(t *testing.T, text string) string {
	t.Helper()
	var members map[string]json.RawMessage
	require.NoError(t, json.Unmarshal([]byte(text), &members))
	delete(members, "schema")
	rest, err := json.Marshal(members)
	require.NoError(t, err)
	return string(rest)
}

func TestZQLSyntaxErrors(t *testing.T) {
	t.Parallel()
	c := zqlSite(t)
	for text, want := range map[string]string{
		"":                                        "error mismatched input '<EOF>' at line 1:0, ",
		"select vminstance":                       "error mismatched input 'select' at line 1:0, select vmi",
		"query":                                   "error mismatched input '<EOF>' at line 1:5, query",
		"query vminstance wh name = 'a'":          "error mismatched input 'wh' at line 1:17, minstance wh name = ",
		"query vminstance where":                  "error mismatched input '<EOF>' at line 1:22, ance where",
		"query vminstance where name":             "error mismatched input '<EOF>' at line 1:27, where name",
		"query vminstance where name = x":         "error mismatched input 'x' at line 1:30, re name = x",
		"query vminstance\nwhere name 'a'":        "error mismatched input ''a'' at line 2:11, here name 'a'",
		"query vminstance where name in 'a'":      "error mismatched input ''a'' at line 1:31, e name in 'a'",
		"query vminstance where name = ('a','b')": "error mismatched input ',' at line 1:34, ame = ('a','b')",
		"query vminstance where name in ()":       "error mismatched input ')' at line 1:32,  name in ()",
		"query vminstance where (name = 'a'":      "error mismatched input '<EOF>' at line 1:34, name = 'a'",
		"query vminstance where name = 'a":        "error token recognition error at: ''a' at line 1:30, re name = 'a",
		`query zone where name = 'it\'s west'`:    "error mismatched input 's' at line 1:29, me = 'it\\'s west'",
		"query vminstance where name # 'a'":       "error token recognition error at: '#' at line 1:28, here name # 'a'",
		"query vminstance where name = '中文' # ":   "error token recognition error at: '#' at line 1:35, me = '中文' # ",
		"query vminstance WHERE name = 'a'":       "error mismatched input 'WHERE' at line 1:17, minstance WHERE name",
		"query vminstance order by name":          "error mismatched input '<EOF>' at line 1:30, er by name",
		"query vminstance limit x":                "error mismatched input 'x' at line 1:23, nce limit x",
		"query vminstance limit 1 where a = 1":    "error mismatched input 'where' at line 1:25, e limit 1 where a = ",
		"query vminstance;;":                      "error mismatched input ';' at line 1:17, minstance;;",
		"query vminstance; x":                     "error mismatched input 'x' at line 1:18, instance; x",
		"query vminstance named as x":             "error mismatched input 'x' at line 1:26,  named as x",
		"query max(vminstance.cpuNum)":            "error mismatched input '(' at line 1:9, query max(vminstanc",
		"sum volume by size":                      "error mismatched input 'by' at line 1:11, um volume by size",
		"sum volume.size where size > 1":          "error mismatched input 'where' at line 1:16, lume.size where size",
	} {
		rep := c.zql(text)
		require.Equal(t, http.StatusServiceUnavailable, rep.status, "%s: %s", text, rep.text)
		require.Equal(t, []string{apierr.CodeInternal}, rep.codes(), text)
		require.Equal(t, want, rep.body["error"].(map[string]any)["details"], text)
	}
}

func TestZQLErrorsNameWhatIsWrong(t *testing.T) {
	t.Parallel()
	c := zqlSite(t)
	for text, want := range map[string]string{
		"query spaceship":  "spaceship",
		"query VmInstance": "VmInstance",
		"query vminstance where uuid in (query spaceship.uuid)":            "spaceship",
		"query vminstance where uuid in (query vmnic.colour)":              "colour",
		"query vminstance where uuid in (query vmnic.uuid where colour=1)": "colour",
		"query vminstance where uuid = (query zone.uuid)":                  "uuid",
		"query vminstance.colour":                                          "colour",
		"query vminstance where colour = 'green'":                          "colour",
		"query vminstance where vmNics.colour = 'green'":                   "colour",
		"query zone where isDefault = 'many'":                              "isDefault",
		"query vminstance order by colour asc":                             "colour",
		"query vminstance order by name asc, vmNics asc":                   "vmNics",
		"query vminstance group by colour":                                 "colour",
		"query vminstance limit -1":                                        "-1",
		"query vminstance offset 99999999999999999999":                     "99999999999999999999",
		"query vminstance restrict by (spaceship.uuid = '1')":              "spaceship",
		"query vminstance restrict by (account.uuid = '1')":                "account",
		"query vminstance restrict by (zone.colour = '1')":                 "colour",
		"count vminstance where colour = 1":                                "colour",
		"sum volume.name by type":                                          "name",
		"sum volume.colour by type":                                        "colour",
		"sum volume.size by colour":                                        "colour",
		"sum volume.size by type order by colour asc":                      "colour",
		"query vminstance return with (total, zwatch)":                     "zwatch",
		"query vminstance filter by x{y}":                                  "filters",
		"query zone; query spaceship":                                      "spaceship",
	} {
		rep := c.zql(text)
		require.Equal(t, http.StatusServiceUnavailable, rep.status, "%s: %s", text, rep.text)
		require.Contains(t, rep.body["error"].(map[string]any)["details"], want, text)
	}
	require.Equal(t, []string{apierr.CodeInvalidSession}, c.with("Authorization", "OAuth no").zql("query zone").codes())
}

func FuzzZQL(f *testing.F) {
	f.Add("query vminstance where (name = 'a' or cpuNum in (1, 2)) and uuid not in (query vmnic.vmInstanceUuid) limit 1 offset 2;")
	f.Add("sum volume.size by type order by size desc named as 'x'; count distinct(zone.name) restrict by (zone.uuid = 1.5)")
	f.Add("query zone where name = 'it''s'\n\"")
	n := New(WithSite())
	m := (&call{node: n}).matcher()
	f.Fuzz(func(t *testing.T, text string) {
		result, err := zql.Run(m, text)
		if err != nil {
			require.NotEmpty(t, err.Details)
			return
		}
		require.NotNil(t, result)
	})
}

package zstacktest

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/apierr"
)

func TestRefusedRequests(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name                 string
		method, target, body string
		header, value        string
		status               int
		text                 string
	}{
		{name: "unknown path", method: "GET", target: "/unicorns", status: 404, text: "no api mapping to /v1/unicorns"},
		{name: "a slash too many", method: "GET", target: "/zones/", status: 404, text: "no api mapping to /v1/zones/"},
		{name: "wrong method", method: "DELETE", target: "/zones", status: 500, text: "No delete API found for the path[/v1/zones]"},
		{name: "poll by POST", method: "POST", target: "/api-jobs/x", status: 405, text: "only GET"},
		{name: "unknown job", method: "GET", target: "/api-jobs/x", status: 404, text: "expired"},
		{name: "broken body", method: "POST", target: "/zones", body: `{"params": {`, status: 500, text: "JSON"},
		{name: "parameters not an object", method: "POST", target: "/zones", body: `{"params": []}`, status: 500, text: "params"},
		{name: "a word for a boolean", method: "POST", target: "/zones", body: `{"params": {"name": "c", "isDefault": "perhaps"}}`, status: 400,
			text: "[perhaps] is not a valid boolean"},
		{name: "a word for a number", method: "POST", target: "/disk-offerings", body: `{"params": {"name": "c", "diskSize": "much"}}`, status: 400,
			text: "[much] is not a number"},
		{name: "a list for a string", method: "POST", target: "/zones", body: `{"params": {"name": ["a"]}}`, status: 500, text: "name"},
		{name: "no authorization", method: "GET", target: "/zones", header: "Authorization", value: "", status: 400, text: "Authorization"},
		{name: "job uuid too short", method: "POST", target: "/zones", body: `{"params": {"name": "c"}}`, header: "X-Job-UUID", value: "x", status: 400,
			text: "Invalid header[X-Job-UUID]"},
		{name: "unknown action", method: "PUT", target: "/zones/x/actions", body: `{"paintZone": {}}`, status: 400,
			text: "the body doesn't contain action mapping to the URL[/v1/zones/x/actions]"},
		{name: "no action", method: "PUT", target: "/zones/x/actions", status: 400, text: "action mapping"},
		{name: "basic authorization", method: "GET", target: "/zones", header: "Authorization", value: "Basic eA==", status: 400,
			text: "Authorization type"},
		{name: "timeout not a number", method: "POST", target: "/zones", body: `{"params": {"name": "z"}}`,
			header: "X-API-Timeout", value: "soon", status: 400, text: "X-API-Timeout"},
		{name: "limit not a number", method: "GET", target: "/zones?limit=many", status: 400, text: "'limit' must be an integer"},
		{name: "condition without operator", method: "GET", target: "/zones?q=name", status: 400, text: "any query operator"},
		{name: "condition without field", method: "GET", target: "/zones?q=%3Dx", status: 400, text: "key-value pair"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			c := newClient(t)
			if tc.header != "" {
				c = c.with(tc.header, tc.value)
			}
			rep := c.send(tc.method, tc.target, tc.body)
			require.Equal(t, tc.status, rep.status, rep.text)
			require.Contains(t, rep.text, tc.text)
			require.Contains(t, rep.header.Get("Content-Type"), "text/plain")
		})
	}
}

func TestAddressesOutsideOfTheAPIAreHTML(t *testing.T) {
	t.Parallel()
	c := newClient(t, WithContextPath("a/b/"))
	for _, target := range []string{"http://mn/", "http://mn/zstack/v1/zones", "http://mn/a/b/v1", "http://mn/a/b/v1x/zones"} {
		resp, err := (&http.Client{Transport: c.node}).Get(target)
		require.NoError(t, err)
		rep := readReply(t, resp)
		require.Equal(t, http.StatusNotFound, rep.status, target)
		require.Contains(t, rep.header.Get("Content-Type"), "text/html")
		require.Contains(t, rep.text, "HTTP Status 404")
	}
	require.Equal(t, http.StatusOK, c.send("GET", "/zones", "").status)
}

// An address is decoded, and its dots are resolved, before the API is looked for.
func TestPathsAreDecodedBeforeRouting(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	zone := c.node.Add("Zone", nil)
	require.Equal(t, http.StatusOK, c.send("GET", "/zo%6ees/"+zone, "").status)
	c.ok("DELETE", "/hosts/%2e%2e/zones/"+zone, "")
	require.Nil(t, c.node.Get("Zone", zone))
}

func TestParametersAreReadFromTheirPlaces(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	zone := c.ok("POST", "/zones", `{"params": {"name": "a", "uuid": "ignored", "colour": "green"}, "systemTags": ["hostname::y"]}`)
	uuid := zone["uuid"].(string)
	require.Len(t, uuid, 32)
	require.Equal(t, "a", zone["name"])
	require.NotContains(t, zone, "colour")

	zone = c.ok("PUT", "/zones/"+uuid+"/actions", `{"updateZone": {"uuid": "of another", "name": "b"}}`)
	require.Equal(t, uuid, zone["uuid"], "the path decides which zone is meant")
	require.Equal(t, "b", zone["name"])

	c.fails("POST", "/zones", "", apierr.CodeInvalidArgument)
	c.fails("POST", "/zones", `[]`, apierr.CodeInvalidArgument)
	c.fails("POST", "/zones", `{"params": {"name": " "}}`, apierr.CodeInvalidArgument)
	c.fails("PUT", "/zones/"+uuid+"/actions", `{"changeZoneState": {"stateEvent": "explode"}}`, apierr.CodeInvalidArgument)
	c.fails("PUT", "/zones/unknown/actions", `{"updateZone": {"name": "b"}}`, apierr.CodeNotFound)
	c.fails("DELETE", "/zones/unknown", "", apierr.CodeNotFound)
	c.fails("POST", "/zones", `{"params": {"name": "c", "resourceUuid": "`+uuid+`"}}`, apierr.CodeInternal)
	c.fails("POST", "/zones", `{"params": {"name": "c", "resourceUuid": "short"}}`, apierr.CodeInvalidArgument)
}

func TestSchemaStandsWhereItIsAskedFor(t *testing.T) {
	t.Parallel()
	c := newClient(t, WithSite())
	host := c.node.Site().HostUUID
	schema := map[string]any{"inventories[0]": "org.zstack.kvm.KVMHostInventory"}
	require.Equal(t, schema, c.send("GET", "/hosts", "").body["schema"], "queries have a schema always")

	rep := c.send("PUT", "/hosts/"+host+"/actions", `{"updateHost": {"name": "h"}}`)
	require.NotContains(t, c.poll(rep.jobUUID()).body, "schema")
	require.Equal(t, map[string]any{"inventory": "org.zstack.kvm.KVMHostInventory"},
		c.with("X-JSON-Schema", "true").poll(rep.jobUUID()).body["schema"])

	rep = c.call("DELETE", "/hosts/"+host, "")
	require.Equal(t, http.StatusOK, rep.status)
	require.Equal(t, "{}", rep.text)

	c.node.Add("PrimaryStorage", map[string]any{"name": "ceph", "@class": "org.zstack.storage.ceph.primary.CephPrimaryStorageInventory"})
	rep = c.send("GET", "/primary-storage?q=name%3Dceph", "")
	require.Equal(t, map[string]any{"inventories[0]": "org.zstack.storage.ceph.primary.CephPrimaryStorageInventory"}, rep.body["schema"])
	require.NotContains(t, rep.text, "@class")
}

package systemtags_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/types/systemtags"
	"github.com/zstack-go/zstack-go/zstack"
)

// A tagNode keeps the system tags of resources as the server does, and counts what
// changes them.
type tagNode struct {
	mu      sync.Mutex
	tags    []map[string]any
	changes int
}

func (n *tagNode) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	n.mu.Lock()
	defer n.mu.Unlock()
	var body map[string]map[string]any
	_ = json.NewDecoder(r.Body).Decode(&body)
	path := strings.TrimSuffix(r.URL.Path, "/actions")
	uuid := path[strings.LastIndexByte(path, '/')+1:]
	var reply any = struct{}{}
	if r.Method != http.MethodGet {
		n.changes++
	}
	switch r.Method {
	case http.MethodGet:
		found := []map[string]any{}
		for _, tag := range n.tags {
			if r.URL.Query().Get("q") == fmt.Sprintf("resourceUuid=%v", tag["resourceUuid"]) {
				found = append(found, tag)
			}
		}
		reply = map[string]any{"inventories": found}
	case http.MethodPost:
		tag := body["params"]
		tag["uuid"] = fmt.Sprintf("%032x", n.changes)
		n.tags = append(n.tags, tag)
		reply = map[string]any{"inventory": tag}
	default:
		for i, tag := range n.tags {
			switch {
			case tag["uuid"] != uuid:
				continue
			case r.Method == http.MethodDelete:
				n.tags = append(n.tags[:i:i], n.tags[i+1:]...)
			default:
				tag["tag"] = body["updateSystemTag"]["tag"]
				reply = map[string]any{"inventory": tag}
			}
			break
		}
	}
	_ = json.NewEncoder(w).Encode(reply)
}

// tagsOf are those of a resource.
func (n *tagNode) tagsOf(resource string) []string {
	n.mu.Lock()
	defer n.mu.Unlock()
	var list []string
	for _, tag := range n.tags {
		if tag["resourceUuid"] == resource {
			list = append(list, tag["tag"].(string))
		}
	}
	return list
}

func TestSet(t *testing.T) {
	t.Parallel()
	node := new(tagNode)
	server := httptest.NewServer(node)
	defer server.Close()
	c, err := zstack.NewClient(server.URL, zstack.WithCredentials(zstack.Session("b86c9016b4f24953a9edefb53ca0678c")))
	require.NoError(t, err)
	const vm, other = "11111111111111111111111111111111", "22222222222222222222222222222222"
	set := func(resource, tag string) {
		t.Helper()
		require.NoError(t, systemtags.Set(t.Context(), c, "VmInstanceVO", resource, tag))
	}
	set(vm, systemtags.VmHostname("web-1"))
	set(other, systemtags.VmHostname("web-2"))
	set(vm, systemtags.VmHostname("web-3"))
	set(vm, systemtags.VmStaticIP("l3a", netip.MustParseAddr("10.0.0.7")))
	set(vm, systemtags.VmStaticIP("l3b", netip.MustParseAddr("10.1.0.7")))
	set(vm, systemtags.VmStaticIP("l3a", netip.MustParseAddr("fd00::8")))
	set(vm, "newer::thing")
	require.Equal(t, []string{"hostname::web-3", "staticIp::l3a::fd00--8", "staticIp::l3b::10.1.0.7", "newer::thing"}, node.tagsOf(vm))
	require.Equal(t, []string{"hostname::web-2"}, node.tagsOf(other))
	require.Equal(t, 7, node.changes)

	set(vm, systemtags.VmHostname("web-3"))
	require.Equal(t, 7, node.changes, "nothing changes where the tag is there")

	node.tags = append(node.tags, map[string]any{"uuid": other, "resourceUuid": vm, "resourceType": "VmInstanceVO", "tag": "hostname::stray"})
	set(vm, systemtags.VmHostname("web-4"))
	require.Equal(t, []string{"hostname::web-4", "staticIp::l3a::fd00--8", "staticIp::l3b::10.1.0.7", "newer::thing"}, node.tagsOf(vm))
}

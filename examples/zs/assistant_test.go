package main_test

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/mark3labs/mcp-go/client"
	"github.com/mark3labs/mcp-go/client/transport"
	"github.com/mark3labs/mcp-go/mcp"
	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/zstack/zstacktest"
)

// An assistantClient is a client of another maker than the server's.
type assistantClient struct {
	t *testing.T
	*client.Client
}

func (s *shell) assistant(args ...string) assistantClient {
	s.t.Helper()
	c := client.NewClient(transport.NewStdio(binary, s.environment, append(args, "mcp")...))
	require.NoError(s.t, c.Start(context.WithoutCancel(s.t.Context())))
	s.t.Cleanup(func() { require.NoError(s.t, c.Close()) })
	var hello mcp.InitializeRequest
	hello.Params.ProtocolVersion = mcp.LATEST_PROTOCOL_VERSION
	hello.Params.ClientInfo = mcp.Implementation{Name: "test", Version: "1"}
	_, err := c.Initialize(s.t.Context(), hello)
	require.NoError(s.t, err)
	return assistantClient{s.t, c}
}

// call calls a tool.
func (c assistantClient) call(tool string, arguments any, meta ...*mcp.Meta) (said string, failed bool) {
	c.t.Helper()
	var request mcp.CallToolRequest
	request.Params.Name, request.Params.Arguments = tool, arguments
	for _, m := range meta {
		request.Params.Meta = m
	}
	result, err := c.CallTool(c.t.Context(), request)
	require.NoError(c.t, err)
	require.NotEmpty(c.t, result.Content)
	content, isText := result.Content[0].(mcp.TextContent)
	require.True(c.t, isText)
	return content.Text, result.IsError
}

func (c assistantClient) ok(tool string, arguments any) string {
	c.t.Helper()
	said, failed := c.call(tool, arguments)
	require.False(c.t, failed, said)
	return said
}

func (c assistantClient) refused(tool string, arguments any) string {
	c.t.Helper()
	said, failed := c.call(tool, arguments)
	require.True(c.t, failed, said)
	return said
}

type object = map[string]any

func TestAssistantTools(t *testing.T) {
	t.Parallel()
	node := newNode(t)
	for name, tt := range map[string]struct {
		args        []string
		environment string
		want        []string
	}{
		"all":                      {nil, "", []string{"describe", "query", "read", "run", "search_actions", "wait"}},
		"read-only":                {[]string{"--read-only"}, "", []string{"describe", "query", "read", "search_actions"}},
		"read-only by environment": {nil, "ZSTACK_READ_ONLY=true", []string{"describe", "query", "read", "search_actions"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tools, err := onNode(t, node, tt.environment).assistant(tt.args...).ListTools(t.Context(), mcp.ListToolsRequest{})
			require.NoError(t, err)
			var names []string
			for _, tool := range tools.Tools {
				names = append(names, tool.Name)
				require.Equal(t, tool.Name != "run", *tool.Annotations.ReadOnlyHint, tool.Name)
			}
			require.ElementsMatch(t, tt.want, names)
		})
	}
}

func TestAssistantLooks(t *testing.T) {
	t.Parallel()
	node := newNode(t)
	c := onNode(t, node).assistant()
	require.Contains(t, c.ok("search_actions", object{"words": "recover vm instance"}), `{"action":"RecoverVmInstance","effect":"changes","summary":"Recovers a destroyed VM instance that has not been expunged."}`)
	described := c.ok("describe", object{"name": "DestroyVmInstance"})
	require.Contains(t, described, `"effect":"destroys"`)
	require.Contains(t, described, `"confirm":"the name of each resource that is given in uuid; its uuid where it has no name"`)
	require.Equal(t, "object", field(t, described, "parameters.type"))
	require.Contains(t, c.ok("describe", object{"name": "vm-instance"}), `"vmNics"`)
	require.Contains(t, c.ok("describe", object{"name": "VmNicInventory"}), `"mac"`)
	require.Contains(t, c.refused("describe", object{"name": "StopVm"}), "StopVmInstance")

	require.JSONEq(t, `{"rows":[{"name":"vm-00002","vmNics.ip":["172.0.0.11"]}],"total":1}`,
		c.ok("query", object{"kind": "vm-instance", "conditions": []string{"name=vm-00002"}, "fields": []string{"name", "vmNics.ip"}}))
	require.JSONEq(t, `{"rows":[{"name":"vm-00003"}],"total":3}`,
		c.ok("query", object{"kind": "vm", "fields": []string{"name"}, "sort": "-name", "limit": 1}))
	require.Contains(t, c.refused("query", object{"kind": "vm", "fields": []string{"nothing"}}), "has no field nothing")
	require.Contains(t, c.refused("query", object{"kind": "frobs"}), "there is no kind")
	require.Contains(t, c.refused("query", object{"kind": "vm", "conditions": []string{"name"}}), "is not a condition")
	require.Contains(t, c.ok("read", object{"action": "GetVersion"}), `"version"`)
	require.Contains(t, c.refused("read", object{"action": "QueryZone"}), "is called by the tool query")
	require.Contains(t, c.refused("read", object{"action": "CreateZone", "parameters": object{"name": "z"}}), "changes something")
	require.Equal(t, 1, node.Count("Zone"))
}

func TestAssistantRuns(t *testing.T) {
	t.Parallel()
	node := newNode(t)
	c := onNode(t, node).assistant()
	require.Contains(t, c.ok("run", object{"action": "CreateZone", "parameters": object{"name": "z"}}), `"name":"z"`)
	require.Contains(t, c.refused("run", object{"action": "CreateZone", "parameters": object{"nam": "z"}}), "nam")
	require.Contains(t, c.refused("run", object{"action": "CreateZone"}), "name is required")
	require.Contains(t, c.refused("run", object{"action": "GetVersion"}), "changes nothing")

	// Numbers are as long as they came.
	c.ok("run", object{"action": "UpdateVmInstance", "parameters": object{
		"uuid": uuidOf(t, node, "VmInstance", "vm-00001"), "memorySize": json.Number("9007199254740993"),
	}})
	require.Equal(t, json.Number("9007199254740993"), sent(node, "UpdateVmInstance", "memorySize"))
}

// What an assistant cannot do by mistake.
func TestAssistantBrakes(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		action     string
		parameters func(vm, other string) object
		confirm    []string
		want       string // in the refusal
	}{
		"no confirm":         {"DestroyVmInstance", func(vm, _ string) object { return object{"uuid": vm} }, nil, "confirm does not name it"},
		"another name":       {"DestroyVmInstance", func(vm, _ string) object { return object{"uuid": vm} }, []string{"vm-00002"}, "confirm does not name it"},
		"the uuid":           {"DestroyVmInstance", func(vm, _ string) object { return object{"uuid": vm} }, []string{"UUID"}, "confirm does not name it"},
		"a name too many":    {"DestroyVmInstance", func(vm, _ string) object { return object{"uuid": vm} }, []string{"vm-00001", "vm-00002"}, "confirm does not name it"},
		"white space":        {"DestroyVmInstance", func(vm, _ string) object { return object{"uuid": " " + vm} }, []string{" " + "UUID"}, "confirm does not name it"},
		"no such VM":         {"DestroyVmInstance", func(string, string) object { return object{"uuid": "3f1d0c4f7b6a4c52a1d3b2b9d2b3c4d5"} }, []string{"vm-00001"}, "leads to no resource"},
		"as zstack-cli says": {"APIDestroyVmInstanceMsg", func(vm, _ string) object { return object{"uuid": vm} }, nil, "confirm does not name it"},
		"a long job":         {"SubmitLongJob", func(vm, _ string) object { return object{"jobName": "APIDestroyVmInstanceMsg", "jobData": "{}"} }, nil, "is not for assistants"},
		"a command": {"ExecuteGuestVmCommand", func(vm, _ string) object {
			return object{"vmInstanceUuid": vm, "command": "rm -rf /", "platform": "Linux"}
		}, []string{"ExecuteGuestVmCommand"}, "confirm does not name it"},
		"another login":     {"LoginIAM2Project", func(string, string) object { return object{"projectName": "p"} }, nil, "is not for assistants"},
		"a login":           {"LogInByAccount", func(string, string) object { return object{"accountName": "admin", "password": "x"} }, nil, "is not for assistants"},
		"other credentials": {"CreateZone", func(string, string) object { return object{"name": "z", "sessionId": "s"} }, nil, "sessionId is not for assistants"},
		"settings": {"UpdateGlobalConfig", func(string, string) object {
			return object{"category": "vm", "name": "deletionPolicy", "value": "Direct"}
		}, nil, "confirm does not name it"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			node := newNode(t)
			vm, other := uuidOf(t, node, "VmInstance", "vm-00001"), uuidOf(t, node, "VmInstance", "vm-00002")
			var confirm []string
			for _, c := range tt.confirm {
				confirm = append(confirm, strings.ReplaceAll(c, "UUID", vm))
			}
			c := onNode(t, node).assistant()
			node.ResetRequests()
			require.Contains(t, c.refused("run", object{"action": tt.action, "parameters": tt.parameters(vm, other), "confirm": confirm}), tt.want)
			for _, r := range node.Requests() {
				require.True(t, strings.HasPrefix(r.Action, "Query") || r.Action == "LogInByAccount", r.Action)
			}
		})
	}
}

func TestAssistantConfirms(t *testing.T) {
	t.Parallel()
	node := newNode(t)
	c := onNode(t, node).assistant()
	vm := uuidOf(t, node, "VmInstance", "vm-00001")
	require.Contains(t, c.ok("run", object{"action": "DestroyVmInstance", "parameters": object{"uuid": vm}, "confirm": []string{"vm-00001"}}), "{}")
	require.Equal(t, "Destroyed", node.Get("VmInstance", vm)["state"])
}

func TestAssistantSeesNoSecrets(t *testing.T) {
	t.Parallel()
	node := newNode(t, zstacktest.WithAccessKey("key", "s3cret-of-key"))
	vm := uuidOf(t, node, "VmInstance", "vm-00001")
	node.Add("SystemTag", map[string]any{"resourceUuid": vm, "resourceType": "VmInstanceVO", "tag": "userdata::s3cret", "type": "System"})
	c := onNode(t, node).assistant()
	for name, tt := range map[string]struct {
		tool      string
		arguments object
	}{
		"a new access key": {"run", object{"action": "CreateAccessKey", "parameters": object{"accountUuid": uuidOf(t, node, "Account", "admin"), "userUuid": uuidOf(t, node, "Account", "admin")}}},
		"access keys":      {"query", object{"kind": "access-key"}},
		"system tags":      {"query", object{"kind": "system-tag"}},
	} {
		t.Run(name, func(t *testing.T) {
			said := c.ok(tt.tool, tt.arguments)
			require.NotContains(t, said, "s3cret")
			require.Contains(t, said, "***")
		})
	}
	for name, tt := range map[string]struct {
		tool      string
		arguments object
		want      string
	}{
		"by ZQL":           {"read", object{"action": "ZQLQuery", "parameters": object{"zql": "query accesskey"}}, "is not for assistants"},
		"by a condition":   {"query", object{"kind": "access-key", "conditions": []string{"AccessKeySecret~=s%"}}, "is a secret"},
		"by sorting":       {"query", object{"kind": "access-key", "sort": "AccessKeySecret"}, "is a secret"},
		"by a setting":     {"query", object{"kind": "global-config", "conditions": []string{"value~=s%"}}, "can be a secret"},
		"by part of a tag": {"query", object{"kind": "system-tag", "conditions": []string{"tag~=userdata::s%"}}, "is searched by = only"},
	} {
		t.Run(name, func(t *testing.T) {
			require.Contains(t, c.refused(tt.tool, tt.arguments), tt.want)
		})
	}
}

// The parameter in the path counts, whatever else is given.
func TestAssistantDecoy(t *testing.T) {
	t.Parallel()
	node := newNode(t)
	image := uuidOf(t, node, "Image", "image-1")
	decoy := node.Add("Image", map[string]any{"name": "decoy", "state": "Enabled", "status": "Ready"})
	c := onNode(t, node).assistant()
	require.Contains(t, c.refused("run", object{
		"action": "ExpungeImage", "parameters": object{"uuid": decoy, "imageUuid": image}, "confirm": []string{"decoy"},
	}), "confirm does not name it")
	require.NotNil(t, node.Get("Image", image))
}

// A job that was not waited for hides its secrets, too.
func TestAssistantWaitHidesSecrets(t *testing.T) {
	t.Parallel()
	node := newNode(t)
	s := onNode(t, node)
	admin := uuidOf(t, node, "Account", "admin")
	job := field(t, s.ok("call", "--no-wait", "CreateAccessKey", "accountUuid="+admin, "userUuid="+admin), "jobUuid")
	said := s.assistant().ok("wait", object{"job": job, "action": "CreateAccessKey"})
	require.Contains(t, said, `"AccessKeySecret":"***"`)
	require.NotContains(t, said, "schema")
}

// A line that is no message does not end the server.
func TestAssistantMalformedLines(t *testing.T) {
	t.Parallel()
	cmd := onNode(t, newNode(t)).command("mcp")
	in, err := cmd.StdinPipe()
	require.NoError(t, err)
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	answers := bufio.NewScanner(out)
	for _, tt := range []struct{ line, want string }{
		{"no JSON", `{"jsonrpc":"2.0","id":null,"error":{"code":-32700,`},
		{"", ""}, // which is no line at all
		{`{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"t","version":"1"}}}`, `{"jsonrpc":"2.0","id":1,"result"`},
		{`{"jsonrpc":`, `{"jsonrpc":"2.0","id":null,"error":{"code":-32700,`},
		{`{"jsonrpc":"2.0","id":2,"method":"ping"}`, `{"jsonrpc":"2.0","id":2,"result"`},
	} {
		_, err := io.WriteString(in, tt.line+"\n")
		require.NoError(t, err)
		if tt.want != "" {
			require.True(t, answers.Scan())
			require.True(t, strings.HasPrefix(answers.Text(), tt.want), answers.Text())
		}
	}
	require.NoError(t, in.Close())
	require.NoError(t, cmd.Wait())
}

func TestAssistantDryRun(t *testing.T) {
	t.Parallel()
	node := newNode(t)
	said := onNode(t, node).assistant("--dry-run").ok("run", object{"action": "CreateZone", "parameters": object{"name": "z"}})
	require.Contains(t, field(t, said, "dryRun"), "POST ")
	require.Equal(t, 1, node.Count("Zone"))
}

func TestAssistantProgressAndTimeout(t *testing.T) {
	t.Parallel()
	node := newNode(t, zstacktest.WithClock(time.Now), zstacktest.WithJobDelay(4*time.Second))
	c := onNode(t, node).assistant("--timeout", "3s")
	told := make(chan mcp.JSONRPCNotification, 100)
	c.OnNotification(func(n mcp.JSONRPCNotification) { told <- n })
	said, failed := c.call("run", object{"action": "CreateZone", "parameters": object{"name": "z"}}, &mcp.Meta{ProgressToken: "t"})
	require.True(t, failed)
	require.Contains(t, said, "if its job has begun, it goes on, and the tool wait waits for it")
	require.Eventually(t, func() bool { return len(told) > 0 }, 10*time.Second, time.Millisecond)
	require.Equal(t, "notifications/progress", (<-told).Method)
	require.Contains(t, c.ok("wait", object{"job": node.Jobs()[0].UUID, "action": "CreateZone"}), `"name":"z"`)
}

// The official client of another language, where Python can have packages.
func TestAssistantWithTheOfficialPythonClient(t *testing.T) {
	t.Parallel()
	python := os.Getenv("ZS_MCP_PYTHON")
	if python == "" {
		missing(t, "Python with the package mcp, which ZS_MCP_PYTHON names")
	}
	node := newNode(t)
	cmd := exec.CommandContext(t.Context(), python, "testdata/client.py", binary)
	cmd.Env = onNode(t, node).environment
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, string(out))
	require.Equal(t, "vm-00001 Stopped\nrefused\ndestroyed\n", string(out))
}

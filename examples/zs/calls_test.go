package main_test

import (
	"encoding/csv"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/zstack-go/zstack-go/zstack/zstacktest"
)

func TestFormats(t *testing.T) {
	t.Parallel()
	s := onNode(t, newNode(t))
	args := []string{"query", "vm-instance", "--fields", "name,state,vmNics.ip"}
	const table = `name       state     vmNics.ip
vm-00001   Running   172.0.0.10
vm-00002   Running   172.0.0.11
vm-00003   Running   172.0.0.12
`
	sorted := append(args, "--sort", "name")
	require.Equal(t, table, s.ok(sorted...))
	require.Equal(t, table, s.ok(append(sorted, "-o", "table")...))

	rows, err := csv.NewReader(strings.NewReader(s.ok(append(sorted, "-o", "csv")...))).ReadAll()
	require.NoError(t, err)
	require.Equal(t, []string{"vm-00003", "Running", "172.0.0.12"}, rows[3])

	type vm struct {
		Name string   `json:"name"`
		IPs  []string `json:"vmNics.ip" yaml:"vmNics.ip"`
	}
	var vms []vm
	require.NoError(t, json.Unmarshal([]byte(s.ok(append(sorted, "-o", "json")...)), &vms))
	require.Equal(t, vm{"vm-00002", []string{"172.0.0.11"}}, vms[1])
	vms = nil
	require.NoError(t, yaml.Unmarshal([]byte(s.ok(append(sorted, "-o", "yaml")...)), &vms))
	require.Equal(t, vm{"vm-00002", []string{"172.0.0.11"}}, vms[1])
}

func TestOutputOfNothing(t *testing.T) {
	t.Parallel()
	s := onNode(t, newNode(t))
	for format, want := range map[string]string{"table": "name   state\n", "csv": "name,state\n", "json": "[]\n", "yaml": "[]\n"} {
		require.Equal(t, want, s.ok("query", "vm", "name=none", "--fields", "name,state", "-o", format))
	}
}

func TestAQueryReadsEveryRow(t *testing.T) {
	t.Parallel()
	s := onNode(t, newNode(t, zstacktest.WithModel(zstacktest.Model{Hosts: 3, L3Networks: 1, Images: 1, VMs: 1100})))
	require.Equal(t, 1101, strings.Count(s.ok("query", "vm", "--fields", "name"), "\n"))
	require.Equal(t, "1100\n", s.ok("query", "vm", "--count"))
	require.Equal(t, 8, strings.Count(s.ok("query", "vm", "--limit", "7"), "\n"))
}

// What users of zstack-cli type.
func TestZstackCLI(t *testing.T) {
	t.Parallel()
	node := newNode(t)
	zone := uuidOf(t, node, "Zone", "zone-1")
	for name, tt := range map[string]struct {
		args []string
		want string
	}{
		"fields":         {[]string{"QueryVmInstance", "name=vm-00001", "fields=name,state"}, `"inventories":[{"name":"vm-00001","state":"Running"}]`},
		"a comma at end": {[]string{"QueryVmInstance", "name=vm-00001", "fields=name,"}, `[{"name":"vm-00001"}]`},
		"contains":       {[]string{"QueryVmInstance", "name~=00002", "fields=name"}, `[{"name":"vm-00002"}]`},
		"a pattern":      {[]string{"QueryVmInstance", "name~=vm-_0003", "fields=name"}, `[{"name":"vm-00003"}]`},
		"no pattern":     {[]string{"QueryVmInstance", "name!~=%1", "name!~=%2", "fields=name"}, `[{"name":"vm-00003"}]`},
		"not":            {[]string{"QueryVmInstance", "name!=vm-00001", "name!=vm-00002", "fields=name"}, `[{"name":"vm-00003"}]`},
		"in":             {[]string{"QueryVmInstance", "name?=vm-00001,vm-9", "fields=name"}, `[{"name":"vm-00001"}]`},
		"not in":         {[]string{"QueryVmInstance", "name!?=vm-00001,vm-00002", "fields=name"}, `[{"name":"vm-00003"}]`},
		"null":           {[]string{"QueryVmInstance", "hostUuid=null"}, `"inventories":[]`},
		"not null":       {[]string{"QueryVmInstance", "hostUuid!=null", "limit=1", "fields=platform"}, `[{"platform":"Linux"}]`},
		"greater":        {[]string{"QueryVmInstance", "cpuNum>2"}, `"inventories":[]`},
		"at least":       {[]string{"QueryVmInstance", "cpuNum>=2", "cpuNum<=2", "cpuNum<3", "limit=1", "fields=cpuNum"}, `[{"cpuNum":2}]`},
		"inner":          {[]string{"QueryVmInstance", "vmNics.ip=172.0.0.12", "fields=name"}, `[{"name":"vm-00003"}]`},
		"sorted":         {[]string{"QueryVmInstance", "sortBy=name", "sortDirection=desc", "limit=1", "fields=name"}, `[{"name":"vm-00003"}]`},
		"start":          {[]string{"QueryVmInstance", "sortBy=name", "start=2", "fields=name"}, `[{"name":"vm-00003"}]`},
		"count":          {[]string{"QueryVmInstance", "count=true"}, `"total":3`},
		"conditions":     {[]string{"QueryVmInstance", `conditions=[{"name":"name","op":"=","value":"vm-00002"}]`, "fields=name"}, `[{"name":"vm-00002"}]`},
		"typed values":   {[]string{"QueryVmInstance", `conditions=[{"name":"cpuNum","op":">=","value":2},{"name":"name","op":"in","value":["vm-00002"]}]`, "fields=name"}, `[{"name":"vm-00002"}]`},
		"single quotes":  {[]string{"QueryVmInstance", `conditions=[{'name':'name','op':'like','value':'vm%3'}, 'state=Running']`, "fields=name"}, `[{"name":"vm-00003"}]`},
		"Python's True":  {[]string{"QueryVmInstance", "count=True"}, `"total":3`},
		"a change":       {[]string{"UpdateZone", "uuid=" + zone, "description=a b"}, `"description":"a b"`},
		"API and Msg":    {[]string{"APIQueryZoneMsg", "fields=name"}, `"name":"zone-1"`},
		"another case":   {[]string{"queryzone", "fields=name"}, `"name":"zone-1"`},
		"success":        {[]string{"QueryZone"}, `"success":true`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Contains(t, compact(t, onNode(t, node).ok(tt.args...)), tt.want)
		})
	}
}

func compact(t *testing.T, data string) string {
	t.Helper()
	var v any
	require.NoError(t, json.Unmarshal([]byte(data), &v))
	out, err := json.Marshal(v)
	require.NoError(t, err)
	return string(out)
}

// sent is what the node got as a parameter of the last call of an action.
func sent(node *zstacktest.Server, action, parameter string) any {
	var last any
	for _, r := range node.Requests() {
		if r.Action == action {
			last = r.Params[parameter]
		}
	}
	return last
}

func TestParameters(t *testing.T) {
	t.Parallel()
	host := func(node *zstacktest.Server) string { return uuidOf(t, node, "Host", "host-00001") }
	for name, tt := range map[string]struct {
		args      []string
		parameter string
		want      any
	}{
		"a string":           {[]string{"CreateZone", "name=z"}, "name", "z"},
		"an equal sign":      {[]string{"CreateZone", "name=z", "description=a=b"}, "description", "a=b"},
		"nothing":            {[]string{"CreateZone", "name=z", "description="}, "description", ""},
		"a list":             {[]string{"CreateZone", "name=z", `userTags=a,b\,c`}, "userTags", []any{"a", "b,c"}},
		"a list, repeated":   {[]string{"CreateZone", "name=z", "userTags=a", "userTags=b"}, "userTags", []any{"a", "b"}},
		"a list as JSON":     {[]string{"CreateZone", "name=z", `userTags=["a","b,c"]`}, "userTags", []any{"a", "b,c"}},
		"in single quotes":   {[]string{"CreateZone", "name=z", `userTags=['a', 'b']`}, "userTags", []any{"a", "b"}},
		"objects":            {[]string{"CreateVmInstance", "name=v", "imageUuid=image-1", "instanceOfferingUuid=offering-1", "l3NetworkUuids=l3-1", `devices={'a': [1, -2, None, True, "x"]}`}, "devices", map[string]any{"a": []any{json.Number("1"), json.Number("-2"), nil, true, "x"}}},
		"a name for a UUID":  {[]string{"ReconnectHost", "uuid=host-00001"}, "uuid", host},
		"a password, hashed": {[]string{"CreateAccount", "name=a", "password=password"}, "password", "b109f3bbbc244eb82441917ed06d618b9008dd09b3befd1b5e07394c706a8bb980b1d7785e5976ec049b46df5f1326af5a2ea6d103fd07c95385ffab0cacbc86"},
		"a hash, as it is":   {[]string{"CreateAccount", "name=a", "password=b109f3bbbc244eb82441917ed06d618b9008dd09b3befd1b5e07394c706a8bb980b1d7785e5976ec049b46df5f1326af5a2ea6d103fd07c95385ffab0cacbc86"}, "password", "b109f3bbbc244eb82441917ed06d618b9008dd09b3befd1b5e07394c706a8bb980b1d7785e5976ec049b46df5f1326af5a2ea6d103fd07c95385ffab0cacbc86"},
		"one not known":      {[]string{"CreateZone", "name=z", "--extra", `newer={"a":1}`}, "newer", map[string]any{"a": json.Number("1")}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			node := newNode(t)
			want := tt.want
			if find, isFunction := want.(func(*zstacktest.Server) string); isFunction {
				want = find(node)
			}
			require.Contains(t, onNode(t, node).ok(append([]string{"call"}, tt.args...)...), `"success": true`)
			require.Equal(t, want, sent(node, tt.args[0], tt.parameter))
		})
	}
}

func TestUUIDsInOtherForms(t *testing.T) {
	t.Parallel()
	node := newNode(t)
	s := onNode(t, node)
	uuid := uuidOf(t, node, "Host", "host-00001")
	dashed := strings.ToUpper(uuid[:8] + "-" + uuid[8:12] + "-" + uuid[12:16] + "-" + uuid[16:20] + "-" + uuid[20:])
	s.ok("call", "ReconnectHost", "uuid="+dashed)
	require.Equal(t, uuid, sent(node, "ReconnectHost", "uuid"))
	require.Equal(t, "name: host-00001\n", s.ok("get", "host", dashed, "--fields", "name"))
	job := field(t, s.ok("call", "--no-wait", "CreateZone", "name=z"), "jobUuid")
	require.Equal(t, "z", field(t, s.ok("wait", strings.ToUpper(job)), "inventory.name"))
}

func TestShortWordsForKinds(t *testing.T) {
	t.Parallel()
	s := onNode(t, newNode(t))
	for word, want := range map[string]string{"ps": "primary-1", "bs": "backup-1", "vms": "vm-00001", "l3": "l3-1", "HostVO": "host-00001", "offerings": "offering-1"} {
		require.Contains(t, s.ok("query", word, "--fields", "name"), want, word)
	}
}

func TestParametersOfAFile(t *testing.T) {
	t.Parallel()
	for name, content := range map[string]string{
		"json": `{"name": "of the file", "description": "d"}`,
		"yaml": "name: of the file\ndescription: d\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			node := newNode(t)
			s := onNode(t, node)
			path := filepath.Join(t.TempDir(), "zone")
			require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
			s.ok("call", "CreateZone", "-f", path, "name=of the line")
			require.Equal(t, "of the line", sent(node, "CreateZone", "name"))
			require.Equal(t, "d", sent(node, "CreateZone", "description"))
			s.input = content
			s.ok("call", "CreateZone", "-f", "-")
			require.Equal(t, "of the file", sent(node, "CreateZone", "name"))
		})
	}
}

func TestNamesThatDoNotLeadToAResource(t *testing.T) {
	t.Parallel()
	node := newNode(t)
	s := onNode(t, node)
	node.Add("Zone", map[string]any{"name": "twin"})
	node.Add("Zone", map[string]any{"name": "twin"})
	r := s.zs("call", "UpdateZone", "uuid=twin", "description=d")
	require.Equal(t, 2, r.code)
	require.Regexp(t, `^zs: several resources of the kind zone are named "twin": give the UUID \(\w{32}, \w{32}\)\n$`, r.err)
	r = s.zs("call", "UpdateZone", "uuid=none", "description=d")
	require.Equal(t, 3, r.code)
	require.Equal(t, "zs: no resource of the kind zone is named \"none\"\n", r.err)
	// The server compares without regard to case, which is not what was meant.
	require.Equal(t, 3, s.zs("call", "UpdateZone", "uuid=ZONE-1", "description=d").code)
	require.Nil(t, sent(node, "UpdateZone", "uuid"))
}

func TestDryRun(t *testing.T) {
	t.Parallel()
	node := newNode(t)
	for name, tt := range map[string]struct {
		args []string
		want string // a regular expression
	}{
		"a POST":           {[]string{"CreateAccount", "name=a", "password=s3cret"}, `^POST http://127\.0\.0\.1:\d+/zstack/v1/accounts\n{\n  "params": {\n    "name": "a",\n    "password": "\*\*\*",\n    "resourceUuid": "\w{32}"\n  }\n}\n$`},
		"a DELETE":         {[]string{"DeleteZone", "uuid=zone-1"}, `^DELETE http://127\.0\.0\.1:\d+/zstack/v1/zones/\w{32}\?deleteMode=Permissive\n$`},
		"an action's name": {[]string{"ChangeVmPassword", "uuid=vm-00001", "account=root", "password=s3cret"}, `"changeVmPassword": {\n    "account": "root",\n    "password": "\*\*\*"`},
		"other tags":       {[]string{"CreateVmInstance", "name=v", "rootVolumeSystemTags=userdata::s3cret", "diskAOs=[{'size': 1, 'systemTags': ['userdata::s3cret']}]"}, `"userdata::\*\*\*"`},
		"extra":            {[]string{"CreateZone", "name=z", "--extra", "newer=s3cret"}, `"newer": "\*\*\*"`},
		"tags":             {[]string{"CreateZone", "name=z", "systemTags=rootPassword::s3cret"}, `"systemTags": \[\n    "rootPassword::\*\*\*"`},
		"an address":       {[]string{"AddImage", "name=i", "url=ftp://u:s3cret@files/i", "format=qcow2", "backupStorageUuids=backup-1"}, `"url": "ftp://u:\*\*\*@files/i"`},
		"a long job":       {[]string{"AddImage", "--long-job", "name=i", "url=ftp://u:s3cret@files/i", "format=qcow2", "backupStorageUuids=backup-1"}, `"jobData": "\*\*\*",\n    "jobName": "APIAddImageMsg"`},
		"zstack-cli's":     {[]string{"CreateUser", "name=a", "password=s3cret"}, `"password": "\*\*\*"`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			before := node.Count("Zone")
			out := onNode(t, node).ok(append([]string{"--dry-run", "call"}, tt.args...)...)
			require.Regexp(t, tt.want, out)
			require.NotContains(t, out, "s3cret")
			require.Equal(t, before, node.Count("Zone"))
			require.Nil(t, sent(node, tt.args[0], "name"), "sent")
		})
	}
	require.Contains(t, onNode(t, node).ok("--dry-run", "query", "zone"), "zone-1", "what only reads is sent")
}

func TestGet(t *testing.T) {
	t.Parallel()
	node := newNode(t)
	s := onNode(t, node)
	uuid := uuidOf(t, node, "VmInstance", "vm-00002")
	require.Contains(t, s.ok("get", "vm-instance", "vm-00002"), "uuid: "+uuid+"\nname: vm-00002\n")
	require.Contains(t, s.ok("get", "vms", uuid, "-o", "json"), `"name": "vm-00002"`)
	require.Equal(t, "name,vmNics.ip\nvm-00002,172.0.0.11\n", s.ok("get", "VmInstance", uuid, "--fields", "name,vmNics.ip", "-o", "csv"))
	require.Equal(t, "name: vm-00002\n", s.ok("get", "vm", uuid, "--fields", "name"))
}

func TestDescribe(t *testing.T) {
	t.Parallel()
	s := newShell(t)
	out := s.ok("describe", "CreateVmInstance")
	for _, want := range []string{
		"CreateVmInstance\n  Creates a VM instance", "POST /vm-instances", "* name  string\n", "At most 255 characters.",
		"One of: InstantStart, JustCreate, CreateStopped.", "The UUID or the name of: image.",
		"Since ZStack Cloud", "zs call CreateVmInstance name=NAME",
	} {
		require.Contains(t, out, want)
	}
	require.Contains(t, s.ok("describe", "vm-instance"), "  vmNics  -> VmNicInventory\n")
	require.Contains(t, s.ok("describe", "VmInstanceInventory"), "  memorySize  int64\n")
	var schema map[string]any
	require.NoError(t, json.Unmarshal([]byte(s.ok("describe", "CreateZone", "-o", "json")), &schema))
	require.Equal(t, []any{"name"}, schema["required"])
}

func TestSearch(t *testing.T) {
	t.Parallel()
	s := newShell(t)
	require.Regexp(t, `(?m)^ChangeVmPassword +Changes the password`, s.zs("search", "change", "password").out)
	require.Equal(t, "action,summary\nRecoverVmInstance,Recovers a destroyed VM instance that has not been expunged.\n", s.zs("search", "recover vm instance", "--limit", "1", "-o", "csv").out)
}

func TestZQL(t *testing.T) {
	t.Parallel()
	s := onNode(t, newNode(t))
	require.Equal(t, "name       state\nvm-00001   Running\n", s.ok("zql", "query vminstance.name,state where name = 'vm-00001'"))
	require.Equal(t, "3\n", s.ok("zql", "count vminstance"))
	require.Contains(t, s.ok("zql", "count vminstance", "-o", "json"), `"total": 3`)
	require.Equal(t, 1, s.zs("zql", "query").code)
}

func TestTags(t *testing.T) {
	t.Parallel()
	s := onNode(t, newNode(t))
	require.Regexp(t, `^tag +type +uuid\nteam::payments +User +\w{32}\n$`, s.ok("tag", "add", "vm", "vm-00001", "team::payments"))
	s.ok("tag", "add", "--system", "vm", "vm-00001", "hostname::web")
	require.Regexp(t, `(?s)team::payments +User .*hostname::web +System `, s.ok("tag", "list", "vm", "vm-00001"))
	require.Equal(t, "Removed team::payments.\n", s.ok("tag", "remove", "vm", "vm-00001", "team::payments"))
	require.NotContains(t, s.ok("tag", "list", "vm", "vm-00001"), "payments")
	require.Equal(t, ran{"", "zs: the resource has no tag \"team::payments\"\n", 3}, s.zs("tag", "remove", "vm", "vm-00001", "team::payments"))
	require.Contains(t, s.ok("--dry-run", "tag", "add", "vm", "vm-00001", "other"), `"tag": "other"`)
	require.NotContains(t, s.ok("tag", "list", "vm", "vm-00001"), "other")
}

func TestSimulate(t *testing.T) {
	t.Parallel()
	s := newShell(t)
	require.Contains(t, s.ok("--simulate", "query", "vm", "--fields", "name"), "vm-00010\n")
	require.Contains(t, s.ok("--simulate", "call", "CreateVmInstance", "name=web", "imageUuid=image-1", "instanceOfferingUuid=offering-1", "l3NetworkUuids=l3-1"), `"state": "Running"`)
}

func TestHelp(t *testing.T) {
	t.Parallel()
	s := newShell(t)
	require.Contains(t, s.ok(), "\nCommands:\n  call        Call any action.\n")
	require.Equal(t, s.ok(), s.ok("--help"))
	require.Regexp(t, `^zs \S+ \(go1\.\d+\S*\)\n$`, s.ok("--version"))
	require.Equal(t, s.ok("query", "-h"), s.ok("help", "query"))
	require.Equal(t, ran{"", "zs: there is no command \"nothing\"\n", 2}, s.zs("help", "nothing"))
	chinese := newShell(t, "LC_ALL=zh_CN.UTF-8")
	require.Contains(t, chinese.ok(), "\n命令：\n  call        调用任意 API。\n")
	require.NotContains(t, chinese.ok("query", "-h"), "Flags")
}

package main_test

import (
	"bufio"
	"net"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/zstack/zstacktest"
)

func TestExitCodes(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		prepare func(*zstacktest.Server)
		args    []string
		code    int
		want    string
	}{
		"success":            {nil, []string{"query", "zone"}, 0, ""},
		"refused":            {func(n *zstacktest.Server) { n.Fail("CreateZone") }, []string{"call", "CreateZone", "name=z"}, 1, "the server refused the call, or failed (SYS.1006)"},
		"no command":         {nil, []string{"frobnicate"}, 2, `there is no command and no action "frobnicate"`},
		"no kind":            {nil, []string{"query", "frobs"}, 2, `there is no kind of resources "frobs"`},
		"nearly a kind":      {nil, []string{"query", "vminstances-x"}, 2, "did you mean vm-instance"},
		"a letter too many":  {nil, []string{"query", "vmm"}, 2, "did you mean vm-instance"},
		"the begin of one":   {nil, []string{"query", "primary"}, 2, "did you mean primary-storage"},
		"no flag":            {nil, []string{"query", "zone", "--frob"}, 2, "there is no flag --frob"},
		"no short flag":      {nil, []string{"query", "zone", "-x"}, 2, "there is no flag -x"},
		"a flag's value":     {nil, []string{"query", "zone", "--limit", "x"}, 2, `the flag --limit cannot be "x"`},
		"no value":           {nil, []string{"query", "zone", "--limit"}, 2, "the flag --limit needs a value"},
		"a negative limit":   {nil, []string{"query", "zone", "--limit", "-1"}, 2, `the flag --limit cannot be "-1"`},
		"no arguments":       {nil, []string{"query"}, 2, "wrong number of arguments; usage: zs query KIND [CONDITION...]"},
		"no tag":             {nil, []string{"tag", "add", "zone", "zone-1"}, 2, "usage: zs tag add KIND NAME-OR-UUID TAG\n"},
		"no tag command":     {nil, []string{"tag", "frob"}, 2, "usage: zs tag list|add|remove\n"},
		"no condition":       {nil, []string{"query", "zone", "name"}, 2, `"name" is not a condition`},
		"a format":           {nil, []string{"query", "zone", "-o", "xml"}, 2, `--output is "xml", want one of table, json, yaml, csv`},
		"one as a table":     {nil, []string{"call", "CreateZone", "name=z", "-o", "table"}, 2, "CreateZone prints one result"},
		"no parameter":       {nil, []string{"call", "CreateZone", "nam=z"}, 2, "CreateZone has no parameter nam\ndid you mean name?"},
		"not key=value":      {nil, []string{"call", "CreateZone", "z"}, 2, `"z" is not a parameter and its value`},
		"required":           {nil, []string{"call", "CreateZone"}, 2, "the parameter name is required"},
		"a wrong value":      {nil, []string{"call", "ChangeZoneState", "uuid=zone-1", "stateEvent=s"}, 2, "the parameter stateEvent has a value that is not allowed"},
		"not JSON":           {nil, []string{"call", "CreateZone", "name=z", "userTags=[a"}, 2, "the value of userTags cannot be read as JSON of type list<string>"},
		"no file":            {nil, []string{"call", "CreateZone", "-f", "/no/such/file"}, 2, "/no/such/file"},
		"no long job":        {nil, []string{"call", "CreateZone", "name=z", "--long-job"}, 2, "cannot run as a long job"},
		"no UUID":            {nil, []string{"wait", "job"}, 2, `"job" is not the UUID of a job`},
		"a resource":         {nil, []string{"get", "zone", "3f1d0c4f7b6a4c52a1d3b2b9d2b3c4d5"}, 3, "there is no such resource"},
		"a name":             {nil, []string{"get", "zone", "none"}, 3, `no resource of the kind zone is named "none"`},
		"a job":              {nil, []string{"wait", "3f1d0c4f7b6a4c52a1d3b2b9d2b3c4d5"}, 3, ""},
		"read-only":          {nil, []string{"--read-only", "call", "CreateZone", "name=z"}, 5, "this would change something, and zs is in read-only mode"},
		"timed out":          {func(n *zstacktest.Server) { n.Fail("QueryZone", zstacktest.WithDelay(time.Minute)) }, []string{"query", "zone", "--timeout", "50ms"}, 7, "timed out"},
		"an unknown field":   {nil, []string{"query", "zone", "foo=1"}, 1, "foo is not known as a field of zone; these are: "},
		"a secret in errors": {nil, []string{"call", "CreateAccount", "name=a", "password=s3cret", "type=s3cret-type"}, 2, "the parameter type has a value that is not allowed"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			node := newNode(t)
			if tt.prepare != nil {
				tt.prepare(node)
			}
			r := onNode(t, node).zs(tt.args...)
			require.Equal(t, tt.code, r.code, r.err)
			require.Contains(t, r.err, tt.want)
			require.NotContains(t, r.err, "s3cret")
			if tt.code == 0 {
				require.Empty(t, r.err)
			} else {
				require.True(t, strings.HasPrefix(r.err, "zs: "), r.err)
				require.Empty(t, r.out)
			}
		})
	}
}

func TestNobodyThere(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	address := listener.Addr().String()
	require.NoError(t, listener.Close())
	r := newShell(t, "ZSTACK_ENDPOINT="+address, "ZSTACK_SESSION_ID=3f1d0c4f7b6a4c52a1d3b2b9d2b3c4d5").zs("query", "zone", "--timeout", "1s")
	require.Equal(t, 7, r.code, r.err)
}

func TestAnOutcomeThatIsNotKnown(t *testing.T) {
	t.Parallel()
	node := newNode(t)
	node.Fail("ReloadLicense", zstacktest.DropReply())
	r := onNode(t, node).zs("call", "ReloadLicense")
	require.Equal(t, 6, r.code, r.err)
	require.Contains(t, r.err, "it is not known whether the change was made: look at the resource\n")
}

func TestDenied(t *testing.T) {
	t.Parallel()
	node := newNode(t)
	onNode(t, node).ok("call", "CreateAccount", "name=guest", "password=guest")
	s := newShell(t, "ZSTACK_ENDPOINT="+node.URL, "ZSTACK_ACCOUNT=guest", "ZSTACK_PASSWORD=guest")
	r := s.zs("call", "CreateZone", "name=z")
	require.Equal(t, 5, r.code, r.err)
	require.Contains(t, r.err, "the account may not do this")
}

func TestInterrupt(t *testing.T) {
	t.Parallel()
	node := newNode(t, zstacktest.WithJobDelay(time.Hour))
	cmd := onNode(t, node).command("call", "CreateZone", "name=z")
	var problems strings.Builder
	cmd.Stderr = &problems
	require.NoError(t, cmd.Start())
	require.Eventually(t, func() bool { return len(node.Jobs()) == 1 }, 20*time.Second, 5*time.Millisecond)
	require.NoError(t, cmd.Process.Signal(os.Interrupt))
	require.Error(t, cmd.Wait())
	require.Equal(t, 130, cmd.ProcessState.ExitCode())
	require.Equal(t, "zs: interrupted; the job, if it has begun, goes on: zs wait "+node.Jobs()[0].UUID+"\n", problems.String())
}

func TestJobs(t *testing.T) {
	t.Parallel()
	node := newNode(t, zstacktest.WithClock(time.Now), zstacktest.WithLongJobDelay(0))
	s := onNode(t, node)
	job := field(t, s.ok("call", "--no-wait", "CreateZone", "name=z"), "jobUuid")
	require.Equal(t, "z", field(t, s.ok("wait", job), "inventory.name"))
	long := field(t, s.ok("call", "--no-wait", "--long-job", "AddImage", "name=i", "url=http://files/i", "format=qcow2", "backupStorageUuids=backup-1"), "longJobUuid")
	r := s.zs("wait", long)
	require.Zero(t, r.code, r.err)
	require.Equal(t, "Succeeded", field(t, r.out, "inventory.state"))
}

func TestALongJobThatFails(t *testing.T) {
	t.Parallel()
	node := newNode(t, zstacktest.WithClock(time.Now), zstacktest.WithLongJobDelay(time.Hour))
	s := onNode(t, node)
	long := field(t, s.ok("call", "--no-wait", "--long-job", "AddImage", "name=i", "url=http://files/i", "format=qcow2", "backupStorageUuids=backup-1"), "longJobUuid")
	s.ok("call", "CancelLongJob", "uuid="+long)
	node.Set("LongJob", long, map[string]any{"state": "Canceled"})
	r := s.zs("wait", long)
	require.Equal(t, 1, r.code, r.err)
	require.Contains(t, r.err, "the long job "+long+" ended as Canceled")
}

// The reader of a pipe may leave early.
func TestAClosedPipe(t *testing.T) {
	t.Parallel()
	s := onNode(t, newNode(t))
	shell := exec.CommandContext(t.Context(), "sh", "-c", binary+" query vm | head -n 1")
	shell.Env = s.environment
	out, err := shell.CombinedOutput()
	require.NoError(t, err)
	require.Regexp(t, `^name +uuid +state.*\n$`, string(out))
}

func TestWatch(t *testing.T) {
	t.Parallel()
	node := newNode(t)
	for name, tt := range map[string]struct {
		args []string
		want string
	}{
		"lines": {nil, `(?s)^name .*vm-00001 .*\n\d\d:\d\d:\d\d  ~  vm-00001  \w{32}  .*state: Running -> Stopped.*\n.*  \+  new  \w{32}  state: Running.*\n.*  -  new  \w{32}\n$`},
		"JSON":  {[]string{"-o", "json"}, `(?s)"change":"added".*"change":"changed","uuid":"\w{32}","name":"vm-00001","fields":{.*"state":"Stopped".*}}\n.*"change":"added".*"name":"new".*"change":"removed".*\n$`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			node := node
			if name == "JSON" {
				node = newNode(t)
			}
			s := onNode(t, node)
			cmd := s.command(append([]string{"watch", "vm", "--interval", "10ms"}, tt.args...)...)
			out, err := cmd.StdoutPipe()
			require.NoError(t, err)
			require.NoError(t, cmd.Start())
			lines := make(chan string, 100)
			go func() {
				defer close(lines)
				buffer := make([]byte, 1<<16)
				for {
					n, err := out.Read(buffer)
					if err != nil {
						return
					}
					lines <- string(buffer[:n])
				}
			}()
			seen := ""
			until := func(want string) {
				for !strings.Contains(seen, want) {
					line, open := <-lines
					require.True(t, open, seen)
					seen += line
				}
			}
			until("vm-00003")
			vm := uuidOf(t, node, "VmInstance", "vm-00001")
			node.Set("VmInstance", vm, map[string]any{"state": "Stopped"})
			until("Stopped")
			added := node.Add("VmInstance", map[string]any{"name": "new", "state": "Running"})
			until("new")
			node.Remove("VmInstance", added)
			until(map[string]string{"lines": "  -  ", "JSON": "removed"}[name])
			require.NoError(t, cmd.Process.Signal(os.Interrupt))
			require.Error(t, cmd.Wait())
			require.Equal(t, 130, cmd.ProcessState.ExitCode())
			require.Regexp(t, tt.want, seen)
		})
	}
}

// A watch goes on when the server has been away.
func TestAWatchThroughAnOutage(t *testing.T) {
	t.Parallel()
	node := newNode(t)
	cmd := onNode(t, node).command("watch", "zone", "--interval", "10ms", "--fields", "name,state")
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	problems, err := cmd.StderrPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	lines := bufio.NewScanner(out)
	require.True(t, lines.Scan()) // the names of the columns
	require.True(t, lines.Scan())
	require.Contains(t, lines.Text(), "zone-1")
	back := node.Fail("QueryZone", zstacktest.DropRequest())
	notes := bufio.NewScanner(problems)
	require.True(t, notes.Scan())
	require.Equal(t, "the management node does not answer; looking again in 10ms", notes.Text())
	back()
	node.Set("Zone", uuidOf(t, node, "Zone", "zone-1"), map[string]any{"state": "Disabled"})
	require.True(t, lines.Scan())
	require.Contains(t, lines.Text(), "state: Enabled -> Disabled")
	require.NoError(t, cmd.Process.Signal(os.Interrupt))
	require.Error(t, cmd.Wait())
}

func TestAWatchForSomeTime(t *testing.T) {
	t.Parallel()
	require.Contains(t, onNode(t, newNode(t)).ok("watch", "zone", "--timeout", "2s", "--fields", "name"), "zone-1\n")
}

func TestMoreWrongUsage(t *testing.T) {
	t.Parallel()
	node := newNode(t)
	for name, tt := range map[string]struct {
		args []string
		want string
	}{
		"no such field":      {[]string{"query", "zone", "--fields", "nosuch"}, "nosuch is not known as a field of zone; these are: "},
		"no field to sort":   {[]string{"query", "zone", "--sort", "-"}, `the flag --sort cannot be "-"`},
		"a limit, in words":  {[]string{"query", "zone", "limit=many"}, `limit cannot be "many"`},
		"a negative timeout": {[]string{"query", "zone", "--timeout", "-1s"}, `the flag --timeout cannot be "-1s"`},
		"not UTF-8":          {[]string{"call", "CreateZone", "name=\xff"}, "an argument is no text in UTF-8"},
		"nearly a command":   {[]string{"quer"}, "did you mean query?"},
		"a key of a number":  {[]string{"call", "CreateVmInstance", "name=v", "devices={1: 2}"}, "the value of devices cannot be read as JSON"},
		"something behind":   {[]string{"call", "CreateVmInstance", "name=v", `devices={"a":1} b`}, "the value of devices cannot be read as JSON"},
		"a condition's kind": {[]string{"QueryZone", "conditions=[1,2]"}, "the value of conditions cannot be read"},
		"a number of none":   {[]string{"search", "vm", "--limit", "0"}, `the flag --limit cannot be "0"`},
		"a program":          {[]string{"call", "CreateZone", "name=z", "userTags=[x for x in range(10)]"}, "the value of userTags cannot be read as JSON"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := onNode(t, node).zs(tt.args...)
			require.Equal(t, 2, r.code, r.err)
			require.Contains(t, r.err, tt.want)
		})
	}
	r := newShell(t).zs("-p", "9090", "query", "vm")
	require.Equal(t, ran{"", "zs: --port goes with --host\n", 2}, r)
}

func TestAFieldToSortByThatThereIsNot(t *testing.T) {
	t.Parallel()
	r := onNode(t, newNode(t)).zs("query", "zone", "--sort", "nosuch")
	require.Equal(t, 1, r.code)
	require.Contains(t, r.err, "nosuch is not known as a field of zone")
}

// What is typed as for zstack-cli is taken by query, too.
func TestQueryWithParameters(t *testing.T) {
	t.Parallel()
	s := onNode(t, newNode(t))
	require.Equal(t, "name\nvm-00003\n", s.ok("query", "vm", "fields=name", "limit=1", "sortBy=name", "sortDirection=desc"))
	require.Equal(t, "3\n", s.ok("query", "vm", "count=true"))
}

func TestADiskThatIsFull(t *testing.T) {
	t.Parallel()
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Skip("there is no /dev/full")
	}
	defer full.Close()
	for _, args := range [][]string{{"query", "vm"}, {"describe", "CreateZone"}, {"--help"}, {"zql", "count vminstance"}, {"--dry-run", "call", "CreateZone", "name=z"}} {
		cmd := onNode(t, newNode(t)).command(args...)
		cmd.Stdout = full
		require.Error(t, cmd.Run())
		require.Equal(t, 1, cmd.ProcessState.ExitCode(), "%v", args)
	}
}

// What has no job does not go on.
func TestATimeoutOfWhatHasNoJob(t *testing.T) {
	t.Parallel()
	node := newNode(t)
	node.Fail("LogInByAccount", zstacktest.WithDelay(time.Minute))
	r := onNode(t, node).zs("query", "vm", "--timeout", "50ms")
	require.Equal(t, ran{"", "zs: timed out\n", 7}, r)
	r = newShell(t).with("password").zs("login", "--endpoint", node.URL, "--password-stdin", "--timeout", "50ms")
	require.Equal(t, ran{"", "zs: timed out\n", 7}, r)
}

func TestExtraParametersOfALongJob(t *testing.T) {
	t.Parallel()
	node := newNode(t)
	onNode(t, node).ok("call", "--no-wait", "--long-job", "AddImage", "name=i", "url=http://files/i", "format=qcow2", "backupStorageUuids=backup-1", "--extra", "newer=1")
	data, _ := sent(node, "SubmitLongJob", "jobData").(string)
	require.Contains(t, data, `"newer":1`)
	require.Nil(t, sent(node, "SubmitLongJob", "newer"))
}

package main_test

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/zstack/zstacktest"
)

// candidates asks zs what a shell asks it for: the words after the last one that could stand
// there, without their descriptions.
func (s *shell) candidates(words ...string) []string {
	s.t.Helper()
	r := s.zs(append([]string{"__complete"}, words...)...)
	require.Zero(s.t, r.code, r.err)
	var found []string
	for line := range strings.Lines(r.out) {
		if word, _, _ := strings.Cut(strings.TrimSpace(line), "\t"); word != "" && !strings.HasPrefix(word, ":") {
			found = append(found, word)
		}
	}
	return found
}

func TestCompletion(t *testing.T) {
	t.Parallel()
	node := newNode(t)
	node.Add("Zone", map[string]any{"name": "twin"})
	node.Add("Zone", map[string]any{"name": "twin"})
	node.Add("Zone", map[string]any{"name": "机房 一"})
	for name, tt := range map[string]struct {
		words []string
		want  []string // among the candidates
		not   []string // that are not there
	}{
		"commands":            {[]string{"qu"}, []string{"query"}, []string{"call"}},
		"actions":             {[]string{"call", "RecoverVm"}, []string{"RecoverVmInstance"}, []string{"QueryVmInstance"}},
		"another case":        {[]string{"call", "recovervm"}, []string{"RecoverVmInstance"}, nil},
		"as the server does":  {[]string{"APIStopVmInstanceMsg", "ty"}, []string{"type="}, nil},
		"as zstack-cli":       {[]string{"RecoverVm"}, []string{"RecoverVmInstance"}, nil},
		"parameters":          {[]string{"call", "StopVmInstance", ""}, []string{"uuid=", "type="}, nil},
		"those that are left": {[]string{"call", "StopVmInstance", "type=grace", ""}, []string{"uuid="}, []string{"type="}},
		"values":              {[]string{"call", "StopVmInstance", "type=g"}, []string{"type=grace"}, []string{"type=cold"}},
		"a boolean":           {[]string{"call", "CreateZone", "isDefault="}, []string{"isDefault=true", "isDefault=false"}, nil},
		"names":               {[]string{"call", "StopVmInstance", "uuid=vm-"}, []string{"uuid=vm-00001", "uuid=vm-00003"}, nil},
		"a list of names":     {[]string{"call", "CreateVmInstance", "l3NetworkUuids=l3-1,l3"}, []string{"l3NetworkUuids=l3-1,l3-1"}, nil},
		"a name with a space": {[]string{"call", "DeleteZone", "uuid=机"}, []string{"uuid=机房 一"}, nil},
		"a name of two":       {[]string{"call", "DeleteZone", "uuid="}, []string{"uuid=zone-1"}, []string{"uuid=twin"}},
		"kinds":               {[]string{"query", "vm-i"}, []string{"vm-instance"}, []string{"host"}},
		"conditions":          {[]string{"query", "vm-instance", "sta"}, []string{"state="}, nil},
		"inner fields":        {[]string{"query", "vm-instance", "vmNics.i"}, []string{"vmNics.ip="}, nil},
		"a way to those":      {[]string{"query", "vm-instance", "vmN"}, []string{"vmNics."}, nil},
		"values of fields":    {[]string{"query", "vm-instance", "state=Ru"}, []string{"state=Running"}, []string{"state=Stopped"}},
		"names in conditions": {[]string{"QueryVmInstance", "name=vm-"}, []string{"name=vm-00002"}, nil},
		"fields":              {[]string{"query", "vm-instance", "--fields", "name,sta"}, []string{"name,state"}, nil},
		"fields as a value":   {[]string{"QueryVmInstance", "fields=uuid,na"}, []string{"fields=uuid,name"}, nil},
		"resources":           {[]string{"get", "host", "host"}, []string{"host-00001", "host-00002"}, nil},
		"resources of tags":   {[]string{"tag", "list", "zone", ""}, []string{"zone-1"}, nil},
		"what to describe":    {[]string{"describe", "Recover"}, []string{"RecoverVmInstance"}, nil},
		"formats":             {[]string{"query", "vm", "-o", ""}, []string{"table", "json", "yaml", "csv"}, nil},
		"shells":              {[]string{"completion", ""}, []string{"bash", "zsh", "fish"}, nil},
		"commands to explain": {[]string{"help", ""}, []string{"query"}, []string{"__complete"}},
		"nothing":             {[]string{"query", "frobs", ""}, nil, []string{"name=", "uuid="}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			found := onNode(t, node).candidates(tt.words...)
			require.Subset(t, found, tt.want)
			for _, word := range tt.not {
				require.NotContains(t, found, word)
			}
		})
	}
	long := node.Add("LongJob", map[string]any{"name": "copying", "state": "Running", "apiId": "3f1d0c4f7b6a4c52a1d3b2b9d2b3c4d5"})
	require.Equal(t, []string{long}, onNode(t, node).candidates("wait", ""))
	for _, r := range node.Requests() {
		require.True(t, strings.HasPrefix(r.Action, "Query") || strings.HasPrefix(r.Action, "Log"), r.Action)
	}
}

// Somebody who presses Tab does not want to read errors, nor to wait.
func TestCompletionWithoutAServer(t *testing.T) {
	t.Parallel()
	require.Empty(t, newShell(t).candidates("call", "StopVmInstance", "uuid="))
	node := newNode(t)
	node.Fail("QueryVmInstance")
	require.Empty(t, onNode(t, node).candidates("call", "StopVmInstance", "uuid="))
}

// The scripts, in the shells that there are.
func TestCompletionInShells(t *testing.T) {
	t.Parallel()
	for shell, script := range map[string]string{
		// What readline does with the candidates is for the test on a terminal.
		"bash": `. /usr/share/bash-completion/bash_completion
			. <(zs completion bash)
			COMP_LINE='zs call StopVmInstance uuid=vm-' COMP_POINT=31 COMP_TYPE=9 COMP_WORDS=(zs call StopVmInstance uuid = vm-) COMP_CWORD=5
			__zs_after_equal_sign zs vm- =
			printf '%s\n' "${COMPREPLY[@]}"`,
		"zsh":  `autoload -Uz compinit && compinit -u && . <(zs completion zsh) && whence -w _zs && print -r ${_comps[zs]}`,
		"fish": `zs completion fish | source; complete -C 'zs call StopVmInstance uuid=vm-'`,
	} {
		t.Run(shell, func(t *testing.T) {
			t.Parallel()
			path, err := exec.LookPath(shell)
			if err != nil || shell == "bash" && exec.CommandContext(t.Context(), "test", "-e", "/usr/share/bash-completion/bash_completion").Run() != nil {
				missing(t, shell+" with its completion")
			}
			s := onNode(t, newNode(t, zstacktest.WithModel(zstacktest.Model{Hosts: 1, L3Networks: 1, Images: 1, VMs: 2})))
			cmd := exec.CommandContext(t.Context(), path, "-c", script)
			cmd.Env = append(s.environment, "PATH="+binaryFolder()+":"+pathOf(s))
			out, err := cmd.CombinedOutput()
			require.NoError(t, err, string(out))
			want := map[string][]string{"bash": {"vm-00001", "vm-00002"}, "zsh": {"_zs: function", "_zs"}, "fish": {"uuid=vm-00001\t", "uuid=vm-00002\t"}}[shell]
			for _, w := range want {
				require.Contains(t, string(out), w)
			}
			require.NotContains(t, string(out), "uuid=uuid=")
		})
	}
}

package main_test

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/zstack/zstacktest"
)

// file is where a shell keeps its credentials.
func (s *shell) file() string {
	for _, v := range s.environment {
		if home, found := cutPrefix(v, "HOME="); found {
			return filepath.Join(home, ".config", "zs", "credentials.json")
		}
	}
	return ""
}

func cutPrefix(s, prefix string) (string, bool) {
	if len(s) >= len(prefix) && s[:len(prefix)] == prefix {
		return s[len(prefix):], true
	}
	return "", false
}

// with types something.
func (s *shell) with(input string) *shell {
	return &shell{s.t, s.environment, input}
}

func TestLogin(t *testing.T) {
	t.Parallel()
	node := newNode(t, zstacktest.WithAccessKey("key", "key-secret"), zstacktest.WithClock(time.Now))
	for name, tt := range map[string]struct {
		args     []string
		password string
		who      string
		kept     string
	}{
		"an account":    {[]string{"--account", "admin"}, "password", "admin", `"session"`},
		"admin":         {nil, "password\n", "admin", `"session"`},
		"an access key": {[]string{"--access-key", "key"}, "key-secret", "key", `"accessKeySecret": "key-secret"`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newShell(t)
			out := s.with(tt.password).ok(append([]string{"login", "--endpoint", node.URL, "--password-stdin"}, tt.args...)...)
			require.Equal(t, "Logged in as "+tt.who+"@"+node.URL+"/zstack. That is kept in "+s.file()+".\n", out)
			data, err := os.ReadFile(s.file())
			require.NoError(t, err)
			require.Contains(t, string(data), tt.kept)
			require.NotContains(t, string(data), "password")
			require.NotContains(t, string(data), "b109f3bbbc244eb8", "the hash of it")
			stat, err := os.Stat(s.file())
			require.NoError(t, err)
			require.Equal(t, os.FileMode(0o600), stat.Mode().Perm())

			require.Contains(t, s.ok("query", "vm"), "vm-00003")
			require.Equal(t, "Logged out "+tt.who+"@"+node.URL+"/zstack.\n", s.ok("logout"))
			require.NoFileExists(t, s.file())
			require.Equal(t, 4, s.zs("query", "vm").code)
			require.Equal(t, "Nobody is logged in.\n", s.ok("logout"))
		})
	}
}

// Each way to log in has an action of its own. The simulated node knows its accounts by all of them.
func TestWaysToLogIn(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		args   []string
		who    string
		action string
	}{
		"a user":           {[]string{"--account", "admin", "--user", "admin"}, "admin/admin", "LogInByUser"},
		"a virtual ID":     {[]string{"--iam2", "admin"}, "admin", "LoginIAM2VirtualID"},
		"an entry of LDAP": {[]string{"--ldap", "admin"}, "admin", "LogInByLdap"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			node := newNode(t)
			s := newShell(t)
			out := s.with("password").ok(append([]string{"login", "--endpoint", node.URL, "--password-stdin"}, tt.args...)...)
			require.Contains(t, out, "Logged in as "+tt.who+"@")
			require.NotNil(t, sent(node, tt.action, "password"))
			require.Contains(t, s.ok("query", "zone"), "zone-1")
		})
	}
}

// Servers log who asks, of logins as of everything else.
func TestTheUserAgent(t *testing.T) {
	t.Parallel()
	node := newNode(t)
	s := newShell(t)
	s.with("password").ok("login", "--endpoint", node.URL, "--password-stdin")
	s.ok("query", "vm")
	s.ok("logout")
	for _, r := range node.Requests() {
		require.Equal(t, "zs", r.Header.Get("User-Agent"), r.Action)
	}
}

func TestWrongLogins(t *testing.T) {
	t.Parallel()
	node := newNode(t)
	for name, tt := range map[string]struct {
		args  []string
		input string
		code  int
		want  string
	}{
		"a wrong password":      {[]string{"--endpoint", node.URL}, "s3cret", 4, "the server does not accept the name and password, or the key"},
		"a wrong key":           {[]string{"--endpoint", node.URL, "--access-key", "k"}, "s3cret", 4, ""},
		"no password":           {[]string{"--endpoint", node.URL}, "\n", 2, "there is no password"},
		"no management node":    {nil, "s3cret", 4, "there is no management node: give --endpoint"},
		"two ways":              {[]string{"--ldap", "a", "--iam2", "b"}, "s3cret", 2, "want one of --account, --ldap, --iam2 and --access-key"},
		"a user of an LDAP uid": {[]string{"--ldap", "a", "--user", "b"}, "s3cret", 2, "--user goes with --account alone"},
		"simulated":             {[]string{"--simulate"}, "s3cret", 2, "there is nothing to log in to"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newShell(t)
			r := s.with(tt.input).zs(append([]string{"login", "--password-stdin"}, tt.args...)...)
			require.Equal(t, tt.code, r.code, r.err)
			require.Contains(t, r.err, tt.want)
			require.NotContains(t, r.err, "s3cret")
			require.Empty(t, r.out)
			require.NoFileExists(t, s.file())
		})
	}
}

func TestACredentialsFileThatOthersCanRead(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("Windows has no such modes")
	}
	node := newNode(t)
	s := newShell(t)
	s.with("password").ok("login", "--endpoint", node.URL, "--password-stdin")
	require.NoError(t, os.Chmod(s.file(), 0o640))
	r := s.zs("query", "vm")
	require.Equal(t, 4, r.code)
	require.Equal(t, "zs: "+s.file()+" can be read by others: run chmod 600 on it, and log in again if others may have read it\n", r.err)
}

func TestACredentialsFileWithSomethingElse(t *testing.T) {
	t.Parallel()
	s := newShell(t)
	require.NoError(t, os.MkdirAll(filepath.Dir(s.file()), 0o700))
	require.NoError(t, os.WriteFile(s.file(), []byte("nothing"), 0o600))
	r := s.zs("query", "vm")
	require.Equal(t, 4, r.code)
	require.Contains(t, r.err, "is not a file of zs login")
}

// The credentials of the file are for its server alone.
func TestCredentialsDoNotGoToAnotherServer(t *testing.T) {
	t.Parallel()
	first, second := newNode(t), newNode(t)
	s := newShell(t)
	s.with("password").ok("login", "--endpoint", first.URL, "--password-stdin")
	second.ResetRequests()
	require.NotZero(t, s.zs("query", "vm", "--endpoint", second.URL).code)
	for _, r := range second.Requests() {
		require.Empty(t, r.Header.Get("Authorization"))
	}
	require.Contains(t, s.ok("query", "vm", "--endpoint", first.URL+"/zstack/"), "vm-00001", "the same server, written in another way")
}

func TestAnEndedSession(t *testing.T) {
	t.Parallel()
	node := newNode(t)
	s := newShell(t)
	s.with("password").ok("login", "--endpoint", node.URL, "--password-stdin")
	node.ExpireSessions()
	r := s.zs("query", "vm")
	require.Equal(t, ran{"", "zs: the session of admin@" + node.URL + "/zstack has ended: run zs login again\n", 4}, r)
	s.with("password").ok("login", "--password-stdin") // to the same server
	require.Contains(t, s.ok("query", "vm"), "vm-00001")
	node.ExpireSessions()
	s.ok("logout")
	require.NoFileExists(t, s.file())
}

// zstack-cli keeps the session of a login, and forgets it at the logout.
func TestLoginAsZstackCLIDoes(t *testing.T) {
	t.Parallel()
	node := newNode(t)
	s := newShell(t)
	require.Contains(t, s.ok("-H", "127.0.0.1", "-p", port(node), "LogInByAccount", "accountName=admin", "password=password"), `"success": true`)
	require.Contains(t, s.ok("QueryVmInstance", "fields=name"), "vm-00001")
	require.Contains(t, s.ok("LogOut"), `"success": true`)
	require.NoFileExists(t, s.file())
}

func port(node *zstacktest.Server) string {
	return node.URL[len("http://127.0.0.1:"):]
}

// The times of a server in another zone are kept with the session, which does not tell it.
func TestTheTimeZoneIsKept(t *testing.T) {
	t.Parallel()
	node := newNode(t, zstacktest.WithLocation(time.FixedZone("", 8*3600)), zstacktest.WithClock(time.Now))
	s := newShell(t)
	s.with("password").ok("login", "--endpoint", node.URL, "--password-stdin")
	data, err := os.ReadFile(s.file())
	require.NoError(t, err)
	require.Contains(t, string(data), `"timeZone": "+08:00"`)
	require.Contains(t, s.ok("query", "vm"), "vm-00001")
}

func TestWhatIsNotALogin(t *testing.T) {
	t.Parallel()
	node := newNode(t)
	s := newShell(t)
	s.with("password").ok("login", "--endpoint", node.URL, "--password-stdin")
	for _, flag := range []string{"--dry-run", "--simulate", "--read-only"} {
		r := s.zs("logout", flag)
		require.Equal(t, 2, r.code)
		require.Contains(t, r.err, "there is nothing to log out of")
	}
	require.FileExists(t, s.file())
	require.Contains(t, s.ok("query", "vm"), "vm-00001", "the session goes on")
}

// LogOut of another session leaves the file alone.
func TestLogOutOfAnotherSession(t *testing.T) {
	t.Parallel()
	node := newNode(t)
	first, second := newShell(t), newShell(t)
	for _, s := range []*shell{first, second} {
		s.with("password").ok("login", "--endpoint", node.URL, "--password-stdin")
	}
	data, err := os.ReadFile(second.file())
	require.NoError(t, err)
	first.ok("LogOut", "sessionUuid="+field(t, string(data), "session"))
	require.Contains(t, first.ok("query", "vm"), "vm-00001")
	require.Equal(t, 4, second.zs("query", "vm").code)
}

// A session that nobody could use any more is ended.
func TestALoginEndsTheSessionBefore(t *testing.T) {
	t.Parallel()
	node := newNode(t)
	s := newShell(t)
	for range 2 {
		s.with("password").ok("login", "--endpoint", node.URL, "--password-stdin")
	}
	s.ok("LogInByAccount", "accountName=admin", "password=password")
	logouts := 0
	for _, r := range node.Requests() {
		if r.Action == "LogOut" {
			logouts++
		}
	}
	require.Equal(t, 2, logouts)
	require.Contains(t, s.ok("query", "vm"), "vm-00001")
}

func TestNobodyHasLoggedIn(t *testing.T) {
	t.Parallel()
	node := newNode(t)
	s := newShell(t, "ZSTACK_ENDPOINT="+node.URL)
	for _, args := range [][]string{{"query", "vm"}, {"call", "CreateZone", "name=z"}, {"mcp"}, {"get", "vm", "vm-00001"}} {
		r := s.zs(args...)
		require.Equal(t, ran{"", "zs: nobody has logged in to the management node: run zs login, or set ZSTACK_ACCOUNT and ZSTACK_PASSWORD\n", 4}, r)
	}
	require.Contains(t, s.ok("call", "GetVersion"), `"version"`, "which needs no session")
}

// Package cloud connects to the management node that the command line, the environment or the
// file of zs login names, or to a simulated one.
package cloud

import (
	"context"
	"errors"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/zstack-go/zstack-go/examples/internal/example"
	"github.com/zstack-go/zstack-go/examples/zs/internal/lang"
	"github.com/zstack-go/zstack-go/zstack"
	"github.com/zstack-go/zstack-go/zstack/zstacktest"
)

// An Error says in the language of the user what is wrong.
type Error struct {
	Message string
	Err     error
}

func (e *Error) Error() string { return e.Message }

// Unwrap returns the error beneath.
func (e *Error) Unwrap() error { return e.Err }

// ErrNobody says that nothing names a management node, or who is to use it.
var ErrNobody = errors.New("not logged in")

// ErrUsage says that the settings do not go together.
var ErrUsage = errors.New("wrong usage")

// ErrFile says that the file of zs login cannot be used.
var ErrFile = errors.New("the credentials cannot be used")

// ReadOnlyByEnvironment reports whether the environment makes every client one that only reads.
func ReadOnlyByEnvironment() bool {
	only, err := strconv.ParseBool(os.Getenv("ZSTACK_READ_ONLY"))
	return err == nil && only
}

// Settings say how to connect. Those that are empty leave it to the environment and the file.
type Settings struct {
	Endpoint, Host, Port string
	Simulate, ReadOnly   bool
}

// userAgent is who asks, as servers log it.
const userAgent = "zs"

// A Cloud is a connection.
type Cloud struct {
	Client *zstack.Client
	File   *File // that the credentials are of; nil for others

	node *zstacktest.Server
}

// environment puts what the command line says of the address into the environment, which names
// it one way or the other, and says whether anything does.
func (s Settings) environment() bool {
	if s.Endpoint != "" || s.Host != "" {
		for _, name := range []string{"ZSTACK_ENDPOINT", "ZSTACK_HOST", "ZSTACK_PORT"} {
			_ = os.Unsetenv(name)
		}
	}
	for name, value := range map[string]string{"ZSTACK_ENDPOINT": s.Endpoint, "ZSTACK_HOST": s.Host, "ZSTACK_PORT": s.Port} {
		if value != "" {
			_ = os.Setenv(name, value) // It fails for names only.
		}
	}
	return os.Getenv("ZSTACK_ENDPOINT") != "" || os.Getenv("ZSTACK_HOST") != ""
}

// credentials are the variables of the environment of which one is enough.
func credentials() bool {
	for _, name := range []string{"ZSTACK_SESSION_ID", "ZSTACK_ACCESS_KEY_ID", "ZSTACK_ACCOUNT", "ZSTACK_ACCOUNT_NAME"} {
		if os.Getenv(name) != "" {
			return true
		}
	}
	return false
}

// Connect makes a client, and sends nothing. Close ends it.
func Connect(s Settings, options ...zstack.Option) (*Cloud, error) {
	c := new(Cloud)
	options = append(options, zstack.WithUserAgent(userAgent))
	if s.ReadOnly || ReadOnlyByEnvironment() {
		options = append(options, zstack.WithReadOnly())
	}
	if s.Simulate {
		return c, c.simulate(options)
	}
	if s.Port != "" && s.Host == "" && os.Getenv("ZSTACK_HOST") == "" {
		return nil, &Error{lang.S("--port goes with --host"), ErrUsage}
	}
	named := s.environment()
	file, err := Read()
	if err != nil && (!named || !credentials()) {
		return nil, err
	}
	if file != nil && !named {
		_ = os.Setenv("ZSTACK_ENDPOINT", file.Endpoint)
		named = true
	}
	if file != nil && !credentials() && environmentAddress() == file.Endpoint {
		c.File = file
		options = append(options, file.credentials())
		if file.location != nil && os.Getenv("ZSTACK_TIME_ZONE") == "" {
			options = append(options, zstack.WithLocation(file.location))
		}
	}
	if !named {
		return nil, &Error{lang.S("there is no management node: run zs login, set ZSTACK_ENDPOINT, or try --simulate"), ErrNobody}
	}
	c.Client, err = zstack.NewClientFromEnv(options...)
	return c, err
}

func (f *File) credentials() zstack.Option {
	if f.AccessKeyID != "" {
		return zstack.WithCredentials(zstack.AccessKey(f.AccessKeyID, f.AccessKeySecret))
	}
	return zstack.WithCredentials(zstack.Session(f.Session))
}

// HasCredentials reports whether the client can ask for more than what anybody may.
func (c *Cloud) HasCredentials() bool { return c.node != nil || c.File != nil || credentials() }

// simulate starts a simulated management node in the process.
func (c *Cloud) simulate(options []zstack.Option) error {
	node, err := zstacktest.Listen(
		zstacktest.WithSeed(1), zstacktest.WithLocation(time.Local),
		zstacktest.WithLongJobDelay(3*time.Second),
		zstacktest.WithModel(zstacktest.Model{Hosts: 2, L3Networks: 1, Images: 1, VMs: 10}),
	)
	if err != nil {
		return err
	}
	c.node = node
	c.Client, err = zstack.NewClient(node.URL, append(options, zstack.WithCredentials(zstack.Account("admin", "password")), zstack.WithLocation(time.Local))...)
	return err
}

// Close logs out where the client logged in, after an interrupt too, in ten seconds at most.
func (c *Cloud) Close(ctx context.Context) error {
	err := example.Close(ctx, c.Client)
	if c.node != nil {
		err = errors.Join(err, c.node.Close())
	}
	return err
}

// address returns where a client finds its server, as a URL with the context path. The client
// prints it with its own name around it.
func address(client *zstack.Client) string {
	return strings.TrimSuffix(strings.TrimSuffix(strings.TrimPrefix(client.String(), "zstack.Client("), ")"), "/v1")
}

// environmentAddress is the address that the environment names; empty where it cannot be one.
func environmentAddress() string {
	client, err := zstack.NewClientFromEnv()
	if err != nil {
		return ""
	}
	return address(client)
}

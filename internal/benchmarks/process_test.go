package benchmarks

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
)

// serveVariable tells a process that it is a server, and which.
const serveVariable = "ZSTACK_BENCHMARKS_SERVE"

// handlers makes the servers that run as processes of their own.
var handlers = map[string]func(argument string) (service, error){
	"vms":  newVMService,
	"gzip": newGzipService,
	"zone": newZoneService,
	"jobs": newJobService,
}

// A service answers requests and tells afterwards what it saw.
type service interface {
	http.Handler
	seen() observations
}

// observations are what a server saw.
type observations struct {
	Requests    int64
	Bytes       int64 // of bodies
	Connections int64
	Submissions int64
	Polls       int64
	Worst       int     // requests within any second
	JobTime     float64 // how long the jobs took together, in seconds
}

func TestMain(m *testing.M) {
	if kind := os.Getenv(serveVariable); kind != "" {
		if err := serve(kind); err != nil {
			fmt.Fprintln(os.Stderr, "benchmarks:", err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// serve is the server's process: it prints its address, answers each line of its
// input with what it has seen so far, and ends with its input.
func serve(kind string) error {
	kind, argument, _ := strings.Cut(kind, ":")
	create, ok := handlers[kind]
	if !ok {
		return fmt.Errorf("there is no server %q", kind)
	}
	handler, err := create(argument)
	if err != nil {
		return err
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	var connections atomic.Int64
	server := &http.Server{Handler: handler, ConnState: func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			connections.Add(1)
		}
	}}
	go func() {
		defer server.Close()
		for input := bufio.NewScanner(os.Stdin); input.Scan(); {
			seen := handler.seen()
			seen.Connections = connections.Load()
			if err := json.NewEncoder(os.Stdout).Encode(seen); err != nil {
				return // the parent has gone
			}
		}
	}()
	fmt.Printf("http://%s\n", l.Addr())
	if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// A process is a server in a process of its own, so that neither its memory nor
// its allocations are taken for the client's.
type process struct {
	url string
	in  io.Writer
	out *bufio.Reader
}

// startProcess starts this program again as a server, until the test ends.
func startProcess(tb testing.TB, kind string) *process {
	tb.Helper()
	self, err := os.Executable()
	require.NoError(tb, err)
	server := exec.Command(self)
	server.Env = append(os.Environ(), serveVariable+"="+kind)
	server.Stderr = os.Stderr
	in, err := server.StdinPipe()
	require.NoError(tb, err)
	out, err := server.StdoutPipe()
	require.NoError(tb, err)
	require.NoError(tb, server.Start())
	p := &process{in: in, out: bufio.NewReader(out)}
	tb.Cleanup(func() {
		require.NoError(tb, in.Close())
		require.NoError(tb, server.Wait())
	})
	line, err := p.out.ReadString('\n')
	require.NoError(tb, err, "the server did not say where it is")
	p.url = strings.TrimSpace(line)
	return p
}

// seen asks the server what it has seen so far, not over the network.
func (p *process) seen(tb testing.TB) (o observations) {
	tb.Helper()
	_, err := io.WriteString(p.in, "\n")
	require.NoError(tb, err)
	line, err := p.out.ReadBytes('\n')
	require.NoError(tb, err)
	require.NoError(tb, json.Unmarshal(line, &o))
	return o
}

package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/zstack-go/zstack-go/zstack/zstacktest"
)

// demonstrate kills the program in the middle and starts it again.
func demonstrate(ctx context.Context, out io.Writer) error {
	arrived := make(chan struct{})
	var once sync.Once
	node, err := zstacktest.Listen(zstacktest.WithJobDelay(time.Second), zstacktest.WithLocation(time.Local),
		zstacktest.WithMiddleware(func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				next.ServeHTTP(w, r)
				if strings.HasPrefix(r.URL.Path, "/zstack/v1/vm-instances/") {
					once.Do(func() { close(arrived) })
				}
			})
		}))
	if err != nil {
		return err
	}
	defer node.Close()
	vm := node.Add("VmInstance", map[string]any{"name": "web", "state": "Destroyed"})
	dir, err := os.MkdirTemp("", "resume")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	self, err := os.Executable()
	if err != nil {
		return err
	}
	again := func() *exec.Cmd {
		cmd := exec.CommandContext(ctx, self, filepath.Join(dir, "note.json"), vm)
		cmd.Env = append(os.Environ(), "ZSTACK_ENDPOINT="+node.URL, "ZSTACK_ACCOUNT=admin", "ZSTACK_PASSWORD=password",
			"ZSTACK_SESSION_ID=", "ZSTACK_ACCESS_KEY_ID=", "ZSTACK_ACCESS_KEY_SECRET=")
		cmd.Stdout, cmd.Stderr = out, out
		return cmd
	}

	first := again()
	if err := first.Start(); err != nil {
		return err
	}
	ended := make(chan error, 1)
	go func() { ended <- first.Wait() }()
	select {
	case <-arrived:
	case err := <-ended:
		return fmt.Errorf("the program ended before it called: %w", err)
	}
	if err := first.Process.Kill(); err != nil {
		return err
	}
	<-ended
	fmt.Fprintln(out, "Killed; starting it again")
	if err := again().Run(); err != nil {
		return err
	}
	calls := 0
	for _, r := range node.Requests() {
		if r.Action == "RecoverVmInstance" {
			calls++
		}
	}
	fmt.Fprintf(out, "The node got %d calls and the VM is %v\n", calls, node.Get("VmInstance", vm)["state"])
	return nil
}

package zstacktest_test

import (
	"bytes"
	"fmt"
	"net/http"
	"testing"

	"github.com/zstack-go/zstack-go/zstack/zstacktest"
)

// TestStopVM is the program that the package's documentation opens with.
func TestStopVM(t *testing.T) {
	srv := zstacktest.NewServer(t,
		zstacktest.WithSession("0123456789abcdef0123456789abcdef"),
		zstacktest.WithJobDelay(0))
	vm := srv.Add("VmInstance", map[string]any{"name": "web", "state": "Running"})

	url := fmt.Sprintf("%s/zstack/v1/vm-instances/%s/actions", srv.URL, vm)
	req, err := http.NewRequest("PUT", url, bytes.NewBufferString(`{"stopVmInstance": {}}`))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "OAuth 0123456789abcdef0123456789abcdef")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()

	if got := srv.Get("VmInstance", vm)["state"]; got != "Stopped" {
		t.Errorf("after stopping, the state is %v", got)
	}
}

package zstacktest_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log"
	"net/http"
	"strings"

	"github.com/zstack-go/zstack-go/zstack/zstacktest"
)

const session = "0123456789abcdef0123456789abcdef"

// send sends a request in the session and decodes the reply.
func send(client *http.Client, method, url, body string, into any) {
	req, err := http.NewRequest(method, url, strings.NewReader(body))
	if err != nil {
		log.Fatal(err)
	}
	req.Header.Set("Authorization", "OAuth "+session)
	resp, err := client.Do(req)
	if err != nil {
		log.Fatal(err)
	}
	defer resp.Body.Close()
	if into != nil {
		if err := json.NewDecoder(resp.Body).Decode(into); err != nil {
			log.Fatal(err)
		}
	}
}

// A program can have a node of its own, here one that listens.
func ExampleListen() {
	srv, err := zstacktest.Listen(zstacktest.WithSite(), zstacktest.WithSession(session), zstacktest.WithJobDelay(0))
	if err != nil {
		log.Fatal(err)
	}
	defer srv.Close()

	site := srv.Site()
	base := srv.URL + "/zstack/v1"
	body := fmt.Sprintf(`{"params": {"name": "web", "imageUuid": %q, "instanceOfferingUuid": %q, "l3NetworkUuids": [%q]}}`,
		site.ImageUUID, site.InstanceOfferingUUID, site.L3NetworkUUID)
	send(http.DefaultClient, "POST", base+"/vm-instances", body, nil)

	var reply struct {
		Inventories []struct {
			Name, State string
			VMNics      []struct{ IP string }
		}
	}
	send(http.DefaultClient, "GET", base+"/vm-instances?q=vmNics.ip~%3D172.20.%25", "", &reply)
	vm := reply.Inventories[0]
	fmt.Println(vm.Name, vm.State, vm.VMNics[0].IP)
	// Output: web Running 172.20.0.10
}

// A node can be a client's transport. Then nothing listens, and the host in an
// address does not matter.
func ExampleNode_RoundTrip() {
	node := zstacktest.New(zstacktest.WithSession(session), zstacktest.WithJobDelay(0))
	vm := node.Add("VmInstance", map[string]any{"name": "web", "state": "Destroyed"})

	client := &http.Client{Transport: node}
	send(client, "PUT", "http://mn.example/zstack/v1/vm-instances/"+vm+"/actions", `{"recoverVmInstance": {}}`, nil)

	fmt.Println(node.Get("VmInstance", vm)["state"])
	// Output: Stopped
}

// A handler in front of the node makes faults: this one refuses every other
// request.
func ExampleWithMiddleware() {
	requests := 0
	node := zstacktest.New(zstacktest.WithMiddleware(func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if requests++; requests%2 == 1 {
				http.Error(w, "Rate limit exceeded", http.StatusTooManyRequests)
				return
			}
			next.ServeHTTP(w, r)
		})
	}))
	client := &http.Client{Transport: node}
	for range 2 {
		resp, err := client.Get("http://mn.example/zstack/v1/management-nodes/ready")
		if err != nil {
			log.Fatal(err)
		}
		resp.Body.Close()
		fmt.Println(resp.StatusCode)
	}
	fmt.Println("seen by the node:", len(node.Requests()))
	// Output:
	// 429
	// 200
	// seen by the node: 1
}

// What a program sent can be looked at afterwards.
func ExampleNode_Requests() {
	node := zstacktest.New(zstacktest.WithSession(session))
	client := &http.Client{Transport: node}
	send(client, "POST", "http://mn.example/zstack/v1/zones", `{"params": {"name": "east"}}`, nil)

	for _, r := range node.Requests() {
		fmt.Println(r.Action, r.Method, r.Path, string(bytes.TrimSpace(r.Body)))
	}
	// Output: CreateZone POST /zstack/v1/zones {"params": {"name": "east"}}
}

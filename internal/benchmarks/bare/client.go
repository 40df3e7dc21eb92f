package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha512"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"
)

// A client calls the API of one management node.
type client struct {
	base    string
	session string
}

// newClient returns a client for what the environment names, and logs in if it
// names an account.
func newClient(ctx context.Context) (*client, error) {
	endpoint := os.Getenv("ZSTACK_ENDPOINT")
	if endpoint == "" {
		return nil, errors.New("ZSTACK_ENDPOINT is not set")
	}
	if _, err := url.Parse(endpoint); err != nil {
		return nil, err
	}
	c := &client{base: strings.TrimRight(endpoint, "/") + "/zstack/v1", session: os.Getenv("ZSTACK_SESSION_ID")}
	if c.session != "" {
		return c, nil
	}
	return c, c.logIn(ctx, os.Getenv("ZSTACK_ACCOUNT"), os.Getenv("ZSTACK_PASSWORD"))
}

func (c *client) logIn(ctx context.Context, account, password string) error {
	sum := sha512.Sum512([]byte(password))
	var reply struct {
		Inventory struct {
			UUID string `json:"uuid"`
		} `json:"inventory"`
	}
	err := c.call(ctx, http.MethodPut, "/accounts/login", map[string]any{
		"logInByAccount": map[string]string{"accountName": account, "password": hex.EncodeToString(sum[:])},
	}, &reply)
	c.session = reply.Inventory.UUID
	return err
}

// A vm is what is of interest in a VM instance.
type vm struct {
	UUID       string  `json:"uuid"`
	Name       string  `json:"name"`
	State      string  `json:"state"`
	MemorySize float64 `json:"memorySize"`
	CreateDate string  `json:"createDate"`
}

func (c *client) recoverVM(ctx context.Context, uuid string) (*vm, error) {
	var reply struct {
		Inventory *vm `json:"inventory"`
	}
	err := c.call(ctx, http.MethodPut, "/vm-instances/"+url.PathEscape(uuid)+"/actions", map[string]any{"recoverVmInstance": struct{}{}}, &reply)
	return reply.Inventory, err
}

// call sends a request and waits for its job, if it becomes one.
func (c *client) call(ctx context.Context, method, path string, body, result any) error {
	data, err := json.Marshal(body)
	if err != nil {
		return err
	}
	var id [16]byte
	rand.Read(id[:])
	job := hex.EncodeToString(id[:])
	status, reply, err := c.send(ctx, method, path, job, data)
	for ; err == nil && status == http.StatusAccepted; status, reply, err = c.send(ctx, http.MethodGet, "/api-jobs/"+job, "", nil) {
		select {
		case <-time.After(500 * time.Millisecond):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	switch {
	case err != nil:
		return err
	case status != http.StatusOK:
		return fmt.Errorf("status %d: %s", status, reply)
	}
	return json.Unmarshal(reply, result)
}

func (c *client) send(ctx context.Context, method, path, job string, body []byte) (status int, reply []byte, err error) {
	req, err := http.NewRequestWithContext(ctx, method, c.base+path, bytes.NewReader(body))
	if err != nil {
		return 0, nil, err
	}
	if c.session != "" {
		req.Header.Set("Authorization", "OAuth "+c.session)
	}
	if job != "" {
		req.Header.Set("X-Job-UUID", job)
		req.Header.Set("Content-Type", "application/json; charset=utf-8")
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, nil, err
	}
	defer resp.Body.Close()
	reply, err = io.ReadAll(resp.Body)
	return resp.StatusCode, reply, err
}

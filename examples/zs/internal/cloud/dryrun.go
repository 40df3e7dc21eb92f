package cloud

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"

	"github.com/zstack-go/zstack-go/examples/zs/internal/secrets"
	"github.com/zstack-go/zstack-go/zstack"
)

// A recorder keeps the request of a dry run, which it does not send. The reply says that the
// server refuses it, so that the call ends there.
type recorder struct {
	method, body string
	query        url.Values
}

func (r *recorder) RoundTrip(request *http.Request) (*http.Response, error) {
	r.method, r.query = request.Method, request.URL.Query()
	if request.Body != nil {
		body, err := io.ReadAll(request.Body)
		if err != nil {
			return nil, err
		}
		r.body = string(body)
	}
	return &http.Response{
		StatusCode: http.StatusBadRequest, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Request: request,
		Header: http.Header{"Content-Type": {"application/json"}},
		Body:   io.NopCloser(strings.NewReader(`{"error":{"code":"SYS.1007","description":"dry run"}}`)),
	}, nil
}

// DryRun returns the request that a call would send, without a secret in it. It sends nothing.
func (c *Cloud) DryRun(ctx context.Context, action zstack.Action, extra map[string]any) (string, error) {
	r, to := new(recorder), c.Client
	product := zstack.Cloud
	if named := os.Getenv("ZSTACK_PRODUCT"); named != "" && c.node == nil {
		product = zstack.Product(named)
	}
	client, err := zstack.NewClient(address(to),
		zstack.WithHTTPClient(&http.Client{Transport: r}), zstack.WithMaxRetries(0), zstack.WithProduct(product),
		zstack.WithCredentials(zstack.Session("dry-run")), zstack.WithLocation(to.Location()))
	if err != nil {
		return "", err
	}
	defer client.Close(ctx)
	var options []zstack.CallOption
	for name, value := range extra {
		options = append(options, zstack.WithParam(name, value))
	}
	_, err = zstack.Do(ctx, client, action, options...)
	var refused *zstack.Error
	if !errors.As(err, &refused) || r.method == "" {
		return "", err
	}
	printed, err := printedAs(action)
	if err != nil {
		return "", err
	}
	for name := range extra {
		printed[name] = json.RawMessage(`"` + secrets.Hidden + `"`) // Nobody knows what it is.
	}
	out := r.method + " " + address(to) + "/v1" + refused.Path + query(r.query, printed) + "\n"
	if r.body == "" {
		return out, nil
	}
	body, err := masked(printed, []byte(r.body))
	return out + body, err
}

// printedAs is how an action prints its parameters: without its secrets.
func printedAs(action zstack.Action) (map[string]json.RawMessage, error) {
	data, err := json.Marshal(action)
	if err == nil {
		data, err = secrets.Hide(data)
	}
	if err != nil {
		return nil, err
	}
	var printed map[string]json.RawMessage
	if err := json.Unmarshal(data, &printed); err != nil {
		return nil, err
	}
	return printed, nil
}

// query writes a query string without secrets.
func query(sent url.Values, printed map[string]json.RawMessage) string {
	out := ""
	for _, name := range slices.Sorted(maps.Keys(sent)) {
		values := sent[name]
		var one string
		var several []string
		if json.Unmarshal(printed[name], &one) == nil {
			values = []string{one}
		} else if json.Unmarshal(printed[name], &several) == nil {
			values = several
		}
		for _, v := range values {
			if v != secrets.Hidden {
				v = url.QueryEscape(v)
			}
			out += "&" + name + "=" + v
		}
	}
	return strings.Replace(out, "&", "?", 1)
}

// masked hides the secrets of a body: what the action itself does not print.
func masked(printed map[string]json.RawMessage, body []byte) (string, error) {
	var sent map[string]json.RawMessage
	if err := json.Unmarshal(body, &sent); err != nil {
		return "", err
	}
	for key, value := range sent {
		var members map[string]json.RawMessage
		if own, found := printed[key]; found && key == "systemTags" {
			sent[key] = own
		} else if json.Unmarshal(value, &members) == nil {
			for name := range members {
				if own, found := printed[name]; found {
					members[name] = own
				}
			}
			data, err := json.Marshal(members)
			if err == nil { // The key has the name of the action, which can sound like a secret.
				sent[key], err = secrets.Hide(data)
			}
			if err != nil {
				return "", err
			}
		}
	}
	data, err := json.Marshal(sent)
	if err != nil {
		return "", err
	}
	var out bytes.Buffer
	err = json.Indent(&out, data, "", "  ")
	return out.String() + "\n", err
}

package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"log/slog"
	"net/http"
	"os"
	"strconv"
	"time"

	"github.com/zstack-go/zstack-go/examples/internal/example"
	"github.com/zstack-go/zstack-go/examples/opentelemetry/zstackotel"
	"github.com/zstack-go/zstack-go/zstack"
	"github.com/zstack-go/zstack-go/zstack/zstacktest"
)

// A connection is a client whose calls are recorded, and what it works on.
type connection struct {
	telemetry *zstackotel.Telemetry
	client    *zstack.Client
	site      *zstacktest.Site // of the simulated node; nil for another one
	vm        string           // what is to be stopped on another node
	release   func()
}

// connect makes a client for the management node of the environment, or for a simulated one.
// A client that has nothing to stop is read-only.
func connect(telemetry *zstackotel.Telemetry, logger *slog.Logger, vm string) (*connection, error) {
	if example.Simulated() {
		return simulate(telemetry, logger)
	}
	transport, err := newTransport()
	if err != nil {
		return nil, err
	}
	options := []zstack.Option{zstack.WithHTTPClient(telemetry.HTTPClient(transport)), zstack.WithLogger(logger)}
	if vm == "" {
		options = append(options, zstack.WithReadOnly())
	}
	client, err := zstack.NewClientFromEnv(options...)
	if err != nil {
		return nil, err
	}
	return &connection{telemetry: telemetry, client: client, vm: vm, release: transport.CloseIdleConnections}, nil
}

// simulate makes a client for a simulated node, which needs no network: the node stands
// where otherwise the transport does.
func simulate(telemetry *zstackotel.Telemetry, logger *slog.Logger) (*connection, error) {
	node := zstacktest.New(zstacktest.WithSite(), zstacktest.WithJobDelay(50*time.Millisecond))
	client, err := zstack.NewClient("http://simulated:8080",
		zstack.WithHTTPClient(telemetry.HTTPClient(node)), zstack.WithLogger(logger),
		zstack.WithCredentials(zstack.Account("admin", "password")))
	if err != nil {
		return nil, err
	}
	return &connection{telemetry: telemetry, client: client, site: new(node.Site()), release: func() {}}, nil
}

// newTransport returns a transport of its own with the certificates of the environment. A
// client with WithHTTPClient leaves them to that.
func newTransport() (*http.Transport, error) {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	config := new(tls.Config)
	if name := os.Getenv("ZSTACK_CA_FILE"); name != "" {
		pem, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		if config.RootCAs, err = x509.SystemCertPool(); err != nil {
			return nil, err
		}
		if !config.RootCAs.AppendCertsFromPEM(pem) {
			return nil, errors.New("there is no certificate in the file of ZSTACK_CA_FILE")
		}
	}
	// A value that is neither is refused by NewClientFromEnv.
	config.InsecureSkipVerify, _ = strconv.ParseBool(os.Getenv("ZSTACK_INSECURE"))
	transport.TLSClientConfig = config
	return transport, nil
}

// close logs out, and lets go of connections.
func (c *connection) close(ctx context.Context) error {
	defer c.release()
	return example.Close(ctx, c.client)
}

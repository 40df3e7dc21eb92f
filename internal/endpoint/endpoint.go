// Package endpoint says where a management node is reached, and how.
package endpoint

import (
	"cmp"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
)

const (
	defaultPort        = "8080" // of a management node
	defaultTLSPort     = "443"  // of https, which a proxy in front of one speaks
	defaultContextPath = "/zstack"
)

// Base returns what comes before every path of the catalogue, for an endpoint: a host, a
// host with a port, or a URL. contextPath, unless it is nil, replaces the path of that.
func Base(endpoint string, contextPath *string) (string, error) {
	endpoint = strings.TrimSpace(endpoint)
	if endpoint == "" {
		return "", errors.New("it is empty")
	}
	if !strings.Contains(endpoint, "://") {
		if ip := net.ParseIP(endpoint); ip != nil && strings.Contains(endpoint, ":") {
			endpoint = "[" + endpoint + "]"
		}
		endpoint = "http://" + endpoint
	}
	u, err := url.Parse(endpoint)
	switch {
	case err != nil:
		// The parser's error quotes it, which can hold a password.
		return "", errors.New("it is not a URL")
	case u.User != nil:
		return "", errors.New("it contains a user; use WithCredentials")
	case u.Scheme != "http" && u.Scheme != "https":
		return "", fmt.Errorf("its scheme %q is neither http nor https", u.Scheme)
	case u.Hostname() == "":
		return "", errors.New("it has no host")
	case u.RawQuery != "" || u.ForceQuery || u.Fragment != "":
		return "", errors.New("it contains a query or a fragment")
	}
	host := u.Host
	if u.Port() == "" {
		port := defaultPort
		if u.Scheme == "https" {
			port = defaultTLSPort
		}
		host = net.JoinHostPort(u.Hostname(), port)
	}
	path := pathOf(u, contextPath)
	if path != "" {
		path = "/" + path
	}
	server := url.URL{Scheme: u.Scheme, Host: host} // writes a zone in the host as URLs have it
	base := server.String() + path + "/v1"
	if _, err := url.Parse(base); err != nil {
		return "", errors.New("its host is not valid in a URL")
	}
	return base, nil
}

// pathOf is the path of the context, without slashes at its ends.
func pathOf(u *url.URL, contextPath *string) string {
	if contextPath != nil {
		return strings.Trim((&url.URL{Path: *contextPath}).EscapedPath(), "/")
	}
	path := strings.Trim(u.EscapedPath(), "/")
	// Whoever copies the address of the API has its version too.
	path = strings.TrimSuffix(strings.TrimSuffix("/"+path, "/v1"), "/")
	return cmp.Or(strings.Trim(path, "/"), strings.Trim(defaultContextPath, "/"))
}

// NewTransport returns the standard library's default transport with more idle
// connections to the one host there is, and the caller's TLS configuration. Idle
// connections are closed after 90 seconds.
func NewTransport(tlsConfig *tls.Config) http.RoundTripper {
	standard, ok := http.DefaultTransport.(*http.Transport)
	switch {
	case ok:
	case tlsConfig == nil:
		// The program replaced the default, for instance to mock it.
		return http.DefaultTransport
	default:
		// What replaced it knows nothing of the TLS that was asked for.
		standard = &http.Transport{Proxy: http.ProxyFromEnvironment, ForceAttemptHTTP2: true}
	}
	transport := standard.Clone()
	// As many calls as go on at once keep their connections for the next ones.
	transport.MaxIdleConns, transport.MaxIdleConnsPerHost = 0, 128
	if tlsConfig != nil {
		transport.TLSClientConfig = tlsConfig
	}
	return transport
}

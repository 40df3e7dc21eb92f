package faults

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strconv"
)

// A request is one that a client sent, read to its end.
type request struct {
	method, uri, host string
	header            http.Header
	body              []byte
	close             bool // the client wants no further reply on this connection
}

func readRequest(r *bufio.Reader) (*request, error) {
	in, err := http.ReadRequest(r)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(in.Body)
	if err != nil {
		return nil, err
	}
	dropFraming(in.Header)
	return &request{method: in.Method, uri: in.RequestURI, host: in.Host, header: in.Header, body: body, close: in.Close}, nil
}

// bytes is the request as it is delivered, on a connection of its own.
func (r *request) bytes() []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n", r.method, r.uri, r.host)
	if len(r.body) > 0 || r.method == http.MethodPost || r.method == http.MethodPut {
		fmt.Fprintf(&b, "Content-Length: %d\r\n", len(r.body))
	}
	_ = r.header.Write(&b) // a Buffer takes all that it is given
	b.WriteString("\r\n")
	b.Write(r.body)
	return b.Bytes()
}

// A reply is what the server, or the proxy in its place, answers.
type reply struct {
	status string // "200 OK"
	header http.Header
	body   []byte
	bare   bool // its status allows neither a body nor a length
}

func readReply(r *bufio.Reader) (*reply, error) {
	in, err := http.ReadResponse(r, nil)
	if err != nil {
		return nil, err
	}
	defer in.Body.Close()
	body, err := io.ReadAll(in.Body)
	if err != nil {
		return nil, err
	}
	dropFraming(in.Header)
	bare := in.StatusCode == http.StatusNoContent || in.StatusCode == http.StatusNotModified
	return &reply{status: in.Status, header: in.Header, body: body, bare: bare}, nil
}

// answer is a reply that the proxy makes itself.
func answer(status int, contentType, body string) *reply {
	return &reply{
		status: strconv.Itoa(status) + " " + http.StatusText(status),
		header: http.Header{"Content-Type": {contentType}},
		body:   []byte(body),
	}
}

// bytes is the whole reply.
func (r *reply) bytes() []byte {
	if r.bare {
		return r.head("")
	}
	return append(r.head(lengthLine(len(r.body))), r.body...)
}

// head is the reply up to its body, with one more line that says how long that is.
func (r *reply) head(framing string) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "HTTP/1.1 %s\r\n", r.status)
	_ = r.header.Write(&b) // a Buffer takes all that it is given
	b.WriteString(framing + "\r\n")
	return b.Bytes()
}

func lengthLine(n int) string { return fmt.Sprintf("Content-Length: %d\r\n", n) }

// closeLine says that a body lasts to the end of the connection.
const closeLine = "Connection: close\r\n"

// truncated is a reply that ends before its body does: in the middle of the length
// that it tells, or, when the connection's end is the body's end, without a sign.
func (r *reply) truncated(d dice) []byte {
	if len(r.body) == 0 {
		return r.head(lengthLine(1 + d.IntN(64)))
	}
	framing := lengthLine(len(r.body))
	if d.coin() {
		framing = closeLine
	}
	return append(r.head(framing), r.body[:d.IntN(len(r.body))]...)
}

// dropFraming takes away what is about one connection and not about the message.
func dropFraming(h http.Header) {
	for _, name := range []string{"Connection", "Keep-Alive", "Content-Length", "Transfer-Encoding"} {
		h.Del(name)
	}
}

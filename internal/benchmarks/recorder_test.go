package benchmarks

import (
	"github.com/zstack-go/zstack-go/internal/benchmarks/sample"
	"io"
	"net/http"
)

// A recorder is a transport that accepts a request as a job and keeps it.
type recorder struct {
	request string
	body    []byte
}

func (c *recorder) RoundTrip(r *http.Request) (*http.Response, error) {
	c.request = r.Method + " " + r.URL.Path
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	c.body = body
	return sample.Canned{Status: http.StatusAccepted, Body: []byte("{}")}.RoundTrip(r)
}

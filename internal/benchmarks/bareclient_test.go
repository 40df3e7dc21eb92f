package benchmarks

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"github.com/zstack-go/zstack-go/internal/benchmarks/sample"
	"io"
	"net/http"
	"testing"
)

// A bareClient sends the small call as one would write it with net/http and
// encoding/json, with the headers that the server wants.
type bareClient struct {
	url  string
	http *http.Client
}

// zoneQuery is what the SDK makes of zoneAction.
const zoneQuery = "q=uuid%3D" + zoneUUID

type plainZones struct {
	Inventories []struct {
		UUID        string `json:"uuid"`
		Name        string `json:"name"`
		Description string `json:"description"`
		State       string `json:"state"`
		Type        string `json:"type"`
		IsDefault   bool   `json:"isDefault"`
		CreateDate  string `json:"createDate"`
		LastOpDate  string `json:"lastOpDate"`
	} `json:"inventories"`
}

// newBareClient returns a client that keeps as many connections as it is told.
func newBareClient(tb testing.TB, endpoint string, connections int) *bareClient {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConnsPerHost = connections
	tb.Cleanup(transport.CloseIdleConnections)
	return &bareClient{url: endpoint + "/zstack/v1/zones?" + zoneQuery, http: &http.Client{Transport: transport}}
}

func (c *bareClient) zone(ctx context.Context) (*plainZones, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.url, nil)
	if err != nil {
		return nil, err
	}
	var job [16]byte
	rand.Read(job[:])
	req.Header.Set("User-Agent", "bare")
	req.Header.Set("Accept", "application/json")
	req.Header.Set("X-JSON-Schema", "true")
	req.Header.Set("X-Job-UUID", hex.EncodeToString(job[:]))
	req.Header.Set("Authorization", "OAuth "+sample.Session)
	resp, err := c.http.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, err
	}
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("status %d: %s", resp.StatusCode, body)
	}
	zones := new(plainZones)
	return zones, json.Unmarshal(body, zones)
}

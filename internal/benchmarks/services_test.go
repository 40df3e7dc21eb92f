package benchmarks

import (
	"net/http"
	"strconv"
	"sync/atomic"

	"github.com/zstack-go/zstack-go/internal/benchmarks/sample"
)

// A vmService answers with the large reply, and without rows to a request for the
// next page.
type vmService struct {
	reply    []byte
	requests atomic.Int64
}

func newVMService(argument string) (service, error) {
	vms, err := strconv.Atoi(argument)
	if err != nil {
		return nil, err
	}
	return &vmService{reply: sample.NewCloud().VMReply(vms)}, nil
}

func (s *vmService) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	reply := s.reply
	if s.requests.Add(1); len(r.URL.Query()["q"]) > 0 {
		reply = []byte(`{"inventories":[],"schema":{}}`)
	}
	w.Header().Set("Content-Type", "application/json;charset=utf-8")
	_, _ = w.Write(reply) // the client has gone
}

func (s *vmService) seen() observations { return observations{Requests: s.requests.Load()} }

// zoneUUID is the one zone that the small reply has.
const zoneUUID = "8b78f4d7367c41dd86ebdd59052af8b9"

const zoneReply = `{"inventories":[{"uuid":"` + zoneUUID + `","name":"zone-1","description":"the first zone","state":"Enabled","type":"zstack",` +
	`"isDefault":true,"createDate":"Nov 14, 2017 10:20:57 PM","lastOpDate":"Nov 14, 2017 10:20:57 PM"}],` +
	`"schema":{"inventories[0]":"org.zstack.header.zone.ZoneInventory"}}`

// A zoneService answers with a small reply to requests that have all the headers.
type zoneService struct{ requests atomic.Int64 }

func newZoneService(string) (service, error) { return new(zoneService), nil }

func (s *zoneService) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.requests.Add(1)
	if r.Method != http.MethodGet || r.URL.Path != "/zstack/v1/zones" || r.URL.RawQuery != zoneQuery ||
		r.Header.Get("Authorization") != "OAuth "+sample.Session || len(r.Header.Get("X-Job-UUID")) != 32 || r.Header.Get("X-JSON-Schema") != "true" {
		http.Error(w, "not the request that is measured: "+r.URL.String(), http.StatusBadRequest)
		return
	}
	w.Header().Set("Content-Type", "application/json;charset=utf-8")
	_, _ = w.Write([]byte(zoneReply)) // the client has gone
}

func (s *zoneService) seen() observations { return observations{Requests: s.requests.Load()} }

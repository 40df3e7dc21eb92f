package benchmarks

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// A jobService accepts every POST as a job that takes a while and then gives a
// zone. Its argument is how long, and after a comma by what part more or less.
type jobService struct {
	length time.Duration
	spread float64

	mu       sync.Mutex
	random   *rand.Rand
	ends     map[string]time.Time // of the jobs
	arrivals []time.Time
	jobTime  time.Duration
}

func newJobService(argument string) (service, error) {
	length, spread, _ := strings.Cut(argument, ",")
	s := &jobService{random: rand.New(rand.NewPCG(300, 1)), ends: make(map[string]time.Time)}
	var err error
	if s.length, err = time.ParseDuration(length); err != nil {
		return nil, err
	}
	if spread != "" {
		s.spread, err = strconv.ParseFloat(spread, 64)
	}
	return s, err
}

func (s *jobService) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	now := time.Now()
	uuid := r.Header.Get("X-Job-UUID")
	if r.Method == http.MethodGet {
		uuid = r.URL.Path[strings.LastIndexByte(r.URL.Path, '/')+1:]
	}
	s.mu.Lock()
	s.arrivals = append(s.arrivals, now)
	end, known := s.ends[uuid]
	if !known && r.Method == http.MethodPost {
		took := time.Duration(float64(s.length) * (1 + s.spread*(2*s.random.Float64()-1)))
		s.jobTime += took
		end, known = now.Add(took), true
		s.ends[uuid] = end
	}
	s.mu.Unlock()
	w.Header().Set("Content-Type", "application/json;charset=utf-8")
	switch {
	case !known:
		w.WriteHeader(http.StatusNotFound)
	case now.Before(end):
		w.WriteHeader(http.StatusAccepted)
		fmt.Fprintf(w, `{"location":"http://172.20.0.1:8080/zstack/v1/api-jobs/%s"}`, uuid)
	default:
		fmt.Fprintf(w, `{"inventory":{"uuid":%q,"name":"zone-1","state":"Enabled","type":"zstack","createDate":"Nov 14, 2017 10:20:57 PM"}}`, uuid)
	}
}

func (s *jobService) seen() observations {
	s.mu.Lock()
	defer s.mu.Unlock()
	slices.SortFunc(s.arrivals, time.Time.Compare) // they are noted as the lock was had
	o := observations{Requests: int64(len(s.arrivals)), Submissions: int64(len(s.ends)), JobTime: s.jobTime.Seconds()}
	o.Polls = o.Requests - o.Submissions
	first := 0
	for i, at := range s.arrivals {
		for at.Sub(s.arrivals[first]) >= time.Second {
			first++
		}
		o.Worst = max(o.Worst, i-first+1)
	}
	return o
}

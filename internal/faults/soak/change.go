package main

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"

	"github.com/zstack-go/zstack-go/zstack"
)

// A change is a call that the server answers at once: it runs, and leaves no job to
// ask for.
type change struct {
	Name string `json:"name" zstack:"required"`
}

var changeInfo = zstack.ActionInfo{
	Name: "SoakChangeAction", Method: "POST", Path: "/soak-changes", Body: "params", Session: true,
}

func (change) ActionInfo() *zstack.ActionInfo { return &changeInfo }

type changeResult struct {
	Inventory struct {
		Name string `json:"name"`
	} `json:"inventory"`
}

// A ledger runs changes in the node's place, and counts by name how often each ran.
type ledger struct {
	mu   sync.Mutex
	runs map[string]int
}

// before puts the ledger before a node.
func (l *ledger) before(node http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodPost || r.URL.Path != "/zstack/v1/soak-changes" {
			node.ServeHTTP(w, r)
			return
		}
		var call struct {
			Params change `json:"params"`
		}
		if err := json.NewDecoder(r.Body).Decode(&call); err != nil {
			http.Error(w, "the body cannot be read", http.StatusBadRequest)
			return
		}
		if !hasSession(node, r) {
			writeJSON(w, http.StatusServiceUnavailable, map[string]any{"error": map[string]string{
				"code": "ID.1001", "description": "Session expired", "details": "Session expired",
			}})
			return
		}
		l.mu.Lock()
		l.runs[call.Params.Name]++
		l.mu.Unlock()
		writeJSON(w, http.StatusOK, map[string]any{"inventory": map[string]string{"name": call.Params.Name}})
	})
}

// hasSession asks the node whether a request comes in a session.
func hasSession(node http.Handler, r *http.Request) bool {
	session, ok := strings.CutPrefix(r.Header.Get("Authorization"), "OAuth ")
	if !ok {
		return false
	}
	answer := httptest.NewRecorder()
	node.ServeHTTP(answer, httptest.NewRequest(http.MethodGet, "/zstack/v1/accounts/sessions/"+session+"/valid", nil))
	var result struct {
		Valid bool `json:"valid"`
	}
	return json.Unmarshal(answer.Body.Bytes(), &result) == nil && result.Valid
}

func writeJSON(w http.ResponseWriter, status int, value any) {
	w.Header().Set("Content-Type", "application/json;charset=utf-8")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(value) // nobody is left to tell when the client has gone
}

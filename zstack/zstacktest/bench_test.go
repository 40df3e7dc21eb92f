package zstacktest

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/javajson"
	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/queries"
	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/store"
)

func BenchmarkQuery10000(b *testing.B) {
	n := New()
	for i := range 10_000 {
		n.Add("VmInstance", map[string]any{"name": fmt.Sprintf("vm-%d", i), "vmNics": []map[string]any{{"ip": "10.0.0.1"}}})
	}
	k := store.KindNamed("VmInstance")
	m := &queries.Matcher{Store: n.store, Location: time.UTC}
	for name, sel := range map[string]*queries.Selection{
		"like":   {Where: queries.Comparison{Field: "name", Op: "~=", Values: []string{"vm-99%"}}, Limit: queries.NoLimit},
		"nested": {Where: queries.Comparison{Field: "vmNics.ip", Op: "=", Values: []string{"10.0.0.2"}}, Limit: queries.NoLimit},
		"sorted": {OrderBy: []queries.Ordering{{Field: "name"}}, Limit: queries.NoLimit},
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, _, err := m.Choose(k, sel); err != nil {
					b.Fatal(err.Details)
				}
			}
		})
	}
	b.Run("reply", func(b *testing.B) {
		for b.Loop() {
			rows, _, _ := m.Choose(k, &queries.Selection{Limit: queries.NoLimit})
			o := &javajson.Object{Members: []javajson.Member{{Name: "inventories", Value: n.store.Inventories(rows, nil)}}}
			o.Add("schema", o.Schema())
			e := javajson.Encoder{Location: time.UTC, Layout: javajson.TimestampLayout}
			e.Object(o)
			b.SetBytes(int64(len(e.Buf)))
		}
	})
}

// BenchmarkPages200000 reads a large table page by page, as a client does that
// goes on from the last UUID it has seen.
func BenchmarkPages200000(b *testing.B) {
	n := New(WithSession(testSession))
	const rows = 200_000
	for range rows {
		n.Add("Zone", nil)
	}
	k := store.KindNamed("Zone")
	m := &queries.Matcher{Store: n.store, Location: time.UTC}
	page := func(last string) *queries.Selection {
		return &queries.Selection{
			Where:   queries.AllOf{queries.Comparison{Field: "uuid", Op: ">", Values: []string{last}}},
			OrderBy: []queries.Ordering{{Field: "uuid"}},
			Limit:   500,
		}
	}
	b.Run("page", func(b *testing.B) {
		last := ""
		for b.Loop() {
			chosen, _, err := m.Choose(k, page(last))
			if err != nil {
				b.Fatal(err.Details)
			}
			last = ""
			if len(chosen) == 500 {
				last = chosen[499].Key
			}
		}
	})
	b.Run("reply", func(b *testing.B) {
		for b.Loop() {
			r := httptest.NewRequest("GET", "/zstack/v1/zones?q=uuid%3E8&sort=%2Buuid&limit=500", nil)
			r.Header.Set("Authorization", "OAuth "+testSession)
			w := httptest.NewRecorder()
			if n.ServeHTTP(w, r); w.Code != http.StatusOK {
				b.Fatal(w.Body)
			}
		}
	})
	b.Run("insert and delete", func(b *testing.B) {
		for b.Loop() {
			n.Remove("Zone", n.Add("Zone", nil))
		}
	})
	b.Run("add", func(b *testing.B) {
		n := New()
		for b.Loop() {
			n.Add("Zone", nil)
		}
	})
}

package zstacktest

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

func BenchmarkQuery10000(b *testing.B) {
	n := New()
	for i := range 10_000 {
		n.Add("VmInstance", map[string]any{"name": fmt.Sprintf("vm-%d", i), "vmNics": []map[string]any{{"ip": "10.0.0.1"}}})
	}
	k := kinds()["VmInstance"]
	m := &matcher{store: n.store, location: time.UTC}
	for name, sel := range map[string]*selection{
		"like":   {where: comparison{field: "name", op: "~=", values: []string{"vm-99%"}}, limit: noLimit},
		"nested": {where: comparison{field: "vmNics.ip", op: "=", values: []string{"10.0.0.2"}}, limit: noLimit},
		"sorted": {orderBy: []ordering{{field: "name"}}, limit: noLimit},
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, _, err := m.choose(k, sel); err != nil {
					b.Fatal(err.details)
				}
			}
		})
	}
	b.Run("reply", func(b *testing.B) {
		for b.Loop() {
			rows, _, _ := m.choose(k, &selection{limit: noLimit})
			o := &object{members: []member{{"inventories", n.store.inventories(rows, nil)}}}
			o.add("schema", o.schema())
			e := encoder{location: time.UTC, layout: timestampLayout}
			e.object(o)
			b.SetBytes(int64(len(e.buf)))
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
	k := kinds()["Zone"]
	m := &matcher{store: n.store, location: time.UTC}
	page := func(last string) *selection {
		return &selection{
			where:   allOf{comparison{field: "uuid", op: ">", values: []string{last}}},
			orderBy: []ordering{{field: "uuid"}},
			limit:   500,
		}
	}
	b.Run("page", func(b *testing.B) {
		last := ""
		for b.Loop() {
			chosen, _, err := m.choose(k, page(last))
			if err != nil {
				b.Fatal(err.details)
			}
			last = ""
			if len(chosen) == 500 {
				last = chosen[499].key
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

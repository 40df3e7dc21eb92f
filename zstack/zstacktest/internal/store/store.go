// Package store holds the records of a simulated node, with an index of each field that is
// looked up often.
package store

import (
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/javajson"
	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/release"
)

// A Row is one record. Its fields are wire names; a field whose name begins with
// "@" is the node's own and is never sent. Values are string, int64, float64,
// bool, time.Time and []string, and are replaced, never changed in place, so
// that a reply can be written while the row moves on.
type Row struct {
	Kind   *Kind
	Key    string
	Seq    int64
	Fields map[string]any
}

func (r *Row) Str(name string) string {
	s, _ := r.Fields[name].(string)
	return s
}

func (r *Row) Int(name string) int64 {
	i, _ := r.Fields[name].(int64)
	return i
}

func (r *Row) List(name string) []string {
	l, _ := r.Fields[name].([]string)
	return l
}

// A Store holds the records of a node, in the order they were added. It is
// guarded by the node's lock.
type Store struct {
	tables map[string]*Table
	// order has the tables in the order that they were made in.
	order []*Table
	seq   int64
	// release is that of the node: releases lack some fields.
	Release *release.Release
	// numbers are the last numbers that rows of a kind were given.
	numbers map[string]int64
	random  *Random
}

type Table struct {
	kind *Kind
	rows map[string]*Row
	// added holds the rows in the order they were added, and byUUID, for kinds
	// that have UUIDs, in that of their UUIDs as the database compares them.
	Added, ByUUID Ordered
	// index finds the rows that hold a value, and equal those that the database takes to
	// hold it, whatever the case of letters. A field gets into them when it is first asked for.
	index, equal map[string]map[string][]*Row
}

func New(rel *release.Release, random *Random) *Store {
	return &Store{tables: make(map[string]*Table), Release: rel, numbers: make(map[string]int64), random: random}
}

// Table returns the records of a kind. It is made when it is first asked for.
func (s *Store) Table(kind string) *Table {
	if t := s.tables[kind]; t != nil {
		return t
	}
	k := KindNamed(kind)
	if k == nil {
		panic("zstacktest: there is no kind " + kind)
	}
	t := &Table{
		kind:   k,
		rows:   make(map[string]*Row),
		Added:  Ordered{Compare: BySeq},
		ByUUID: Ordered{Compare: ByKey},
		index:  make(map[string]map[string][]*Row),
		equal:  make(map[string]map[string][]*Row),
	}
	s.tables[kind] = t
	s.order = append(s.order, t)
	return t
}

// Tables yields the kinds that there have been records of, in the order of their first.
func (s *Store) Tables() iter.Seq[*Kind] {
	return func(yield func(*Kind) bool) {
		for _, t := range slices.Clone(s.order) {
			if !yield(t.kind) {
				return
			}
		}
	}
}

// Get returns the record of a kind with the UUID, or nil.
func (s *Store) Get(kind, uuid string) *Row { return s.Table(kind).rows[uuid] }

// All returns the records of a kind in the order they were added. The caller may
// keep the list.
func (s *Store) All(kind string) []*Row { return slices.Collect(s.Table(kind).Added.All()) }

// By returns the records of a kind that hold the value in a field. The caller does not keep
// it across changes.
func (s *Store) By(kind, field, value string) []*Row {
	t := s.Table(kind)
	index, ok := t.index[field]
	if !ok {
		index = make(map[string][]*Row)
		t.index[field] = index
		for r := range t.Added.All() {
			if value := r.Str(field); value != "" {
				index[value] = append(index[value], r)
			}
		}
	}
	return index[value]
}

// Equal returns the records whose value in a field of strings the database takes to be equal
// to one. The caller does not keep it across changes.
func (t *Table) Equal(field, value string) []*Row {
	index, ok := t.equal[field]
	if !ok {
		index = make(map[string][]*Row)
		t.equal[field] = index
		for r := range t.Added.All() {
			if value := r.Str(field); value != "" {
				key := string(AppendKey(nil, value))
				index[key] = append(index[key], r)
			}
		}
	}
	return index[string(AppendKey(nil, value))]
}

// Len is how many records there are.
func (t *Table) Len() int { return len(t.rows) }

// Holding returns the records of a kind that hold a value in a field.
func (s *Store) Holding(kind, field, value string) []*Row {
	if field == "uuid" {
		if r := s.Get(kind, value); r != nil {
			return []*Row{r}
		}
		return nil
	}
	return s.By(kind, field, value)
}

// Insert adds a record with the fields and, for those not among them, the
// presets of its kind.
func (s *Store) Insert(name string, now time.Time, fields map[string]any) *Row {
	t := s.Table(name)
	var boxed any = now // The rows of a large table would hold it twice otherwise.
	r := &Row{Kind: t.kind, Fields: make(map[string]any, len(t.kind.Fields))}
	for _, f := range t.kind.Fields {
		switch {
		case f.Name == "internalId" || f.Name == "id":
			s.numbers[name]++
			r.Fields[f.Name] = s.numbers[name]
		case f.preset != nil:
			r.Fields[f.Name] = f.preset
		case f.Name == "createDate" || f.Name == "lastOpDate":
			r.Fields[f.Name] = boxed
		}
	}
	if uuid, _ := fields["uuid"].(string); uuid != "" {
		r.Fields["uuid"] = uuid
	}
	s.place(t, r)
	s.Set(r, fields)
	return r
}

// Put adds a record with the fields and no others. The store keeps the map.
func (s *Store) Put(name string, fields map[string]any) *Row {
	t := s.Table(name)
	r := &Row{Kind: t.kind, Fields: fields}
	for _, numbered := range []string{"internalId", "id"} {
		s.numbers[name] = max(s.numbers[name], r.Int(numbered))
	}
	s.place(t, r)
	return r
}

// place gives a row its key and its place among the others. It takes that of one with the
// same key.
func (s *Store) place(t *Table, r *Row) {
	for r.Key = r.Str("uuid"); r.Key == ""; {
		// Records of another node with the same seed can have the next UUIDs already.
		if r.Key = s.random.NewUUID(); s.Find(r.Key) != nil {
			r.Key = ""
		}
	}
	if t.HasUUIDs() {
		r.Fields["uuid"] = r.Key
	}
	if old := t.rows[r.Key]; old != nil {
		s.Remove(old)
	}
	s.seq++
	r.Seq = s.seq
	t.rows[r.Key] = r
	t.Added.Insert(r)
	if t.HasUUIDs() {
		t.ByUUID.Insert(r)
	}
	t.linkAll(r)
}

// Set changes fields of a record. A nil value takes the field away.
func (s *Store) Set(r *Row, fields map[string]any) {
	t := s.Table(r.Kind.Name)
	for name, value := range fields {
		if f := r.Kind.ByName[name]; f != nil && f.Typ == TypeChildren {
			continue
		}
		t.unlink(r, name)
		if value == nil {
			delete(r.Fields, name)
		} else {
			r.Fields[name] = value
		}
		t.link(r, name)
	}
}

// Touch changes fields of a record and notes the time of the change.
func (s *Store) Touch(r *Row, now time.Time, fields map[string]any) {
	s.Set(r, fields)
	s.Set(r, map[string]any{"lastOpDate": now})
}

// Remove takes a record away, and only it.
func (s *Store) Remove(r *Row) {
	t := s.Table(r.Kind.Name)
	delete(t.rows, r.Key)
	t.Added.Remove(r)
	if t.HasUUIDs() {
		t.ByUUID.Remove(r)
	}
	for field := range t.index {
		unlink(t.index[field], r.Str(field), r)
	}
	for field := range t.equal {
		unlink(t.equal[field], string(AppendKey(nil, r.Str(field))), r)
	}
}

// HasUUIDs reports whether the records of the table's kind have UUIDs, by which
// their keys are known to clients.
func (t *Table) HasUUIDs() bool { return t.kind.ByName["uuid"] != nil }

// linkAll puts a row into every index.
func (t *Table) linkAll(r *Row) {
	for field := range t.index {
		link(t.index[field], r.Str(field), r)
	}
	for field := range t.equal {
		link(t.equal[field], string(AppendKey(nil, r.Str(field))), r)
	}
}

// link puts a row into the indexes of a field.
func (t *Table) link(r *Row, field string) {
	value := r.Str(field)
	if value == "" {
		return
	}
	if index, ok := t.index[field]; ok {
		link(index, value, r)
	}
	if index, ok := t.equal[field]; ok {
		link(index, string(AppendKey(nil, value)), r)
	}
}

// unlink takes a row out of them.
func (t *Table) unlink(r *Row, field string) {
	value := r.Str(field)
	if value == "" {
		return
	}
	if index, ok := t.index[field]; ok {
		unlink(index, value, r)
	}
	if index, ok := t.equal[field]; ok {
		unlink(index, string(AppendKey(nil, value)), r)
	}
}

func link(index map[string][]*Row, value string, r *Row) {
	if value != "" {
		rows := index[value]
		i, _ := slices.BinarySearchFunc(rows, r, BySeq)
		index[value] = slices.Insert(rows, i, r)
	}
}

func unlink(index map[string][]*Row, value string, r *Row) {
	if rest := deleteRow(index[value], r); len(rest) > 0 {
		index[value] = rest
	} else {
		delete(index, value)
	}
}

func BySeq(a, b *Row) int { return int(a.Seq - b.Seq) }

// ByKey orders rows by their keys, and those whose keys differ in case only as
// they were added.
func ByKey(a, b *Row) int {
	if order := CompareFold(a.Key, b.Key); order != 0 {
		return order
	}
	return BySeq(a, b)
}

func deleteRow(rows []*Row, r *Row) []*Row {
	if i, ok := slices.BinarySearchFunc(rows, r, BySeq); ok {
		return slices.Delete(rows, i, i+1)
	}
	return rows
}

// Inventory returns a record as it stands in a reply, with the records inside of
// it. With only, it holds just the fields named there.
func (s *Store) Inventory(r *Row, only map[string]bool) *javajson.Object {
	o := &javajson.Object{Class: s.Release.Class(r.Class()), Members: make([]javajson.Member, 0, len(r.Kind.Fields))}
	known := 0
	for _, f := range r.Kind.Fields {
		value, stored := r.Fields[f.Name]
		if stored {
			known++
		}
		switch {
		case only != nil && !only[f.Name] || s.Release.Lacks[r.Kind.Name][f.Name]:
		case f.Typ == TypeChildren:
			children := s.By(f.Child, f.By, r.Key)
			list := make([]*javajson.Object, len(children))
			for i, c := range children {
				list[i] = s.Inventory(c, nil)
			}
			o.Add(f.Name, list)
		case f.Typ == TypeTree:
			if tree := s.tree(r); tree != nil {
				o.Add(f.Name, tree)
			}
		case f.Name == "isDefault" && only != nil && !only[Asked("isDefault")]:
			o.Add(f.Name, false) // It comes unasked, and always so.
		default:
			o.Add(f.Name, value)
		}
	}
	if known < len(r.Fields) {
		for _, name := range javajson.SortedKeys(r.Fields) {
			if r.Kind.ByName[name] == nil && !strings.HasPrefix(name, "@") && (only == nil || only[name]) {
				o.Add(name, r.Fields[name])
			}
		}
	}
	return o
}

// Inventories returns records as they stand in the reply to a query.
func (s *Store) Inventories(rows []*Row, only map[string]bool) []*javajson.Object {
	list := make([]*javajson.Object, len(rows))
	for i, r := range rows {
		list[i] = s.Inventory(r, only)
	}
	return list
}

// Subclasses names the classes of records that are a subtype of their kind: a
// kind and the value of one of its fields give the class.
var Subclasses = map[string]map[string]string{
	"Host.hypervisorType": {"KVM": "org.zstack.kvm.KVMHostInventory"},
	"L2Network.type":      {"L2VlanNetwork": "org.zstack.header.network.l2.L2VlanNetworkInventory"},
	"IpRange.ipRangeType": {
		"Normal":      "org.zstack.header.network.l3.NormalIpRangeInventory",
		"AddressPool": "org.zstack.header.network.l3.AddressPoolInventory",
	},
	"BackupStorage.type": {
		"ImageStoreBackupStorage": "org.zstack.storage.backup.imagestore.ImageStoreBackupStorageInventory",
		"SftpBackupStorage":       "org.zstack.storage.backup.sftp.SftpBackupStorageInventory",
	},
}

// Class returns the record's Java class.
func (r *Row) Class() string {
	if class := r.Str("@class"); class != "" {
		return class
	}
	for _, field := range []string{"type", "hypervisorType", "ipRangeType"} {
		if class := Subclasses[r.Kind.Name+"."+field][r.Str(field)]; class != "" {
			return class
		}
	}
	return r.Kind.Class
}

// Find returns a record of whatever kind; nil when there is none.
func (s *Store) Find(uuid string) *Row {
	for _, t := range s.order {
		if r := t.rows[uuid]; r != nil && t.HasUUIDs() {
			return r
		}
	}
	return nil
}

// Asked marks a field that was asked for among those that come in any case.
func Asked(name string) string { return name + " " }

// HasValue reports whether a record has a value in a field that something holds
// for, or in a list an element.
func (r *Row) HasValue(name string, holds func(any) bool) bool {
	switch v := r.Fields[name].(type) {
	case nil:
		return false
	case []string:
		return slices.ContainsFunc(v, func(e string) bool { return holds(e) })
	default:
		return holds(v)
	}
}

package zstacktest

import (
	"slices"
	"strings"
	"time"
)

// A row is one record. Its fields are wire names; a field whose name begins with
// "@" is the node's own and is never sent. Values are string, int64, float64,
// bool, time.Time and []string, and are replaced, never changed in place, so
// that a reply can be written while the row moves on.
type row struct {
	kind   *kind
	key    string
	seq    int64
	fields map[string]any
}

func (r *row) str(name string) string {
	s, _ := r.fields[name].(string)
	return s
}

func (r *row) int(name string) int64 {
	i, _ := r.fields[name].(int64)
	return i
}

func (r *row) list(name string) []string {
	l, _ := r.fields[name].([]string)
	return l
}

// A store holds the records of a node, in the order they were added. It is
// guarded by the node's lock.
type store struct {
	tables map[string]*table
	seq    int64
	// release is that of the node: releases lack some fields.
	release *release
	// numbers are the last numbers that rows of a kind were given.
	numbers map[string]int64
	random  *random
}

type table struct {
	kind *kind
	rows map[string]*row
	// added holds the rows in the order they were added, and byUUID, for kinds
	// that have UUIDs, in that of their UUIDs as the database compares them.
	added, byUUID ordered
	// index finds the rows that hold a value, for the fields that records of
	// other kinds are looked up by.
	index map[string]map[string][]*row
}

func newStore(rel *release, random *random) *store {
	s := &store{tables: make(map[string]*table), release: rel, numbers: make(map[string]int64), random: random}
	for name, k := range kinds() {
		s.tables[name] = &table{
			kind:   k,
			rows:   make(map[string]*row),
			added:  ordered{compare: bySeq},
			byUUID: ordered{compare: byKey},
			index:  make(map[string]map[string][]*row),
		}
	}
	for _, k := range kinds() {
		for _, f := range k.fields {
			if f.typ == typeChildren {
				s.tables[f.child].index[f.by] = make(map[string][]*row)
			}
			if f.ref != "" && f.typ != typeList {
				s.tables[k.name].index[f.name] = make(map[string][]*row)
			}
		}
	}
	s.tables["AccessKey"].index["AccessKeyID"] = make(map[string][]*row)
	s.tables["Account"].index["name"] = make(map[string][]*row)
	s.tables["UsedIp"].index["ip"] = make(map[string][]*row)
	for _, kind := range tagFields {
		s.tables[kind].index["resourceUuid"] = make(map[string][]*row)
	}
	return s
}

// get returns the record of a kind with the UUID, or nil.
func (s *store) get(kind, uuid string) *row { return s.tables[kind].rows[uuid] }

// all returns the records of a kind in the order they were added. The caller may
// keep the list.
func (s *store) all(kind string) []*row { return slices.Collect(s.tables[kind].added.all()) }

// by returns the records of a kind that hold the value in an indexed field. The
// caller does not keep it across changes.
func (s *store) by(kind, field, value string) []*row {
	return s.tables[kind].index[field][value]
}

// holding returns the records of a kind that hold a value in a field, whether or not that is
// indexed.
func (s *store) holding(kind, field, value string) []*row {
	if field == "uuid" {
		if r := s.get(kind, value); r != nil {
			return []*row{r}
		}
		return nil
	}
	if index, ok := s.tables[kind].index[field]; ok {
		return index[value]
	}
	var rows []*row
	for r := range s.tables[kind].added.all() {
		if r.str(field) == value {
			rows = append(rows, r)
		}
	}
	return rows
}

// insert adds a record with the fields and, for those not among them, the
// presets of its kind.
func (s *store) insert(name string, now time.Time, fields map[string]any) *row {
	t := s.tables[name]
	var boxed any = now // The rows of a large table would hold it twice otherwise.
	r := &row{kind: t.kind, fields: make(map[string]any, len(t.kind.fields))}
	for _, f := range t.kind.fields {
		switch {
		case f.name == "internalId" || f.name == "id":
			s.numbers[name]++
			r.fields[f.name] = s.numbers[name]
		case f.preset != nil:
			r.fields[f.name] = f.preset
		case f.name == "createDate" || f.name == "lastOpDate":
			r.fields[f.name] = boxed
		}
	}
	r.key, _ = fields["uuid"].(string)
	if r.key == "" {
		r.key = s.random.newUUID()
	}
	if t.hasUUIDs() {
		r.fields["uuid"] = r.key
	}
	if old := t.rows[r.key]; old != nil {
		s.remove(old)
	}
	s.seq++
	r.seq = s.seq
	t.rows[r.key] = r
	t.added.insert(r)
	if t.hasUUIDs() {
		t.byUUID.insert(r)
	}
	for field := range t.index {
		t.link(r, field)
	}
	s.set(r, fields)
	return r
}

// set changes fields of a record. A nil value takes the field away.
func (s *store) set(r *row, fields map[string]any) {
	t := s.tables[r.kind.name]
	for name, value := range fields {
		if f := r.kind.byName[name]; f != nil && f.typ == typeChildren {
			continue
		}
		_, indexed := t.index[name]
		if indexed {
			t.unlink(r, name)
		}
		if value == nil {
			delete(r.fields, name)
		} else {
			r.fields[name] = value
		}
		if indexed {
			t.link(r, name)
		}
	}
}

// touch changes fields of a record and notes the time of the change.
func (s *store) touch(r *row, now time.Time, fields map[string]any) {
	s.set(r, fields)
	s.set(r, map[string]any{"lastOpDate": now})
}

// remove takes a record away, and only it.
func (s *store) remove(r *row) {
	t := s.tables[r.kind.name]
	delete(t.rows, r.key)
	t.added.remove(r)
	if t.hasUUIDs() {
		t.byUUID.remove(r)
	}
	for field := range t.index {
		t.unlink(r, field)
	}
}

// hasUUIDs reports whether the records of the table's kind have UUIDs, by which
// their keys are known to clients.
func (t *table) hasUUIDs() bool { return t.kind.byName["uuid"] != nil }

func (t *table) link(r *row, field string) {
	if value := r.str(field); value != "" {
		rows := t.index[field][value]
		i, _ := slices.BinarySearchFunc(rows, r, bySeq)
		t.index[field][value] = slices.Insert(rows, i, r)
	}
}

func (t *table) unlink(r *row, field string) {
	value := r.str(field)
	if value == "" {
		return
	}
	if rest := deleteRow(t.index[field][value], r); len(rest) > 0 {
		t.index[field][value] = rest
	} else {
		delete(t.index[field], value)
	}
}

func bySeq(a, b *row) int { return int(a.seq - b.seq) }

// byKey orders rows by their keys, and those whose keys differ in case only as
// they were added.
func byKey(a, b *row) int {
	if order := compareFold(a.key, b.key); order != 0 {
		return order
	}
	return bySeq(a, b)
}

func deleteRow(rows []*row, r *row) []*row {
	if i, ok := slices.BinarySearchFunc(rows, r, bySeq); ok {
		return slices.Delete(rows, i, i+1)
	}
	return rows
}

// inventory returns a record as it stands in a reply, with the records inside of
// it. With only, it holds just the fields named there.
func (s *store) inventory(r *row, only map[string]bool) *object {
	o := &object{class: s.release.class(r.class()), members: make([]member, 0, len(r.kind.fields))}
	known := 0
	for _, f := range r.kind.fields {
		value, stored := r.fields[f.name]
		if stored {
			known++
		}
		switch {
		case only != nil && !only[f.name] || s.release.lacks[r.kind.name][f.name]:
		case f.typ == typeChildren:
			children := s.by(f.child, f.by, r.key)
			list := make([]*object, len(children))
			for i, c := range children {
				list[i] = s.inventory(c, nil)
			}
			o.add(f.name, list)
		case f.typ == typeTree:
			if tree := s.tree(r); tree != nil {
				o.add(f.name, tree)
			}
		case f.name == "isDefault" && only != nil && !only[asked("isDefault")]:
			o.add(f.name, false) // It comes unasked, and always so.
		default:
			o.add(f.name, value)
		}
	}
	if known < len(r.fields) {
		for _, name := range sortedKeys(r.fields) {
			if r.kind.byName[name] == nil && !strings.HasPrefix(name, "@") && (only == nil || only[name]) {
				o.add(name, r.fields[name])
			}
		}
	}
	return o
}

// inventories returns records as they stand in the reply to a query.
func (s *store) inventories(rows []*row, only map[string]bool) []*object {
	list := make([]*object, len(rows))
	for i, r := range rows {
		list[i] = s.inventory(r, only)
	}
	return list
}

// subclasses names the classes of records that are a subtype of their kind: a
// kind and the value of one of its fields give the class.
var subclasses = map[string]map[string]string{
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

// class returns the record's Java class.
func (r *row) class() string {
	if class := r.str("@class"); class != "" {
		return class
	}
	for _, field := range []string{"type", "hypervisorType", "ipRangeType"} {
		if class := subclasses[r.kind.name+"."+field][r.str(field)]; class != "" {
			return class
		}
	}
	return r.kind.class
}

// find returns a record of whatever kind; nil when there is none.
func (s *store) find(uuid string) *row {
	for _, t := range s.tables {
		if r := t.rows[uuid]; r != nil && t.hasUUIDs() {
			return r
		}
	}
	return nil
}

// asked marks a field that was asked for among those that come in any case.
func asked(name string) string { return name + " " }

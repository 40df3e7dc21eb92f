// Package types holds the data of the ZStack API: what replies bring, what some
// requests carry, and the server's error codes.
//
// A reply's data is plain: strings, numbers, times, slices, maps and pointers to
// other structs. What the server left away reads as the zero value. Types that
// requests carry use pointers for what may be absent, so that nil sends nothing
// and a pointer to a zero sends the zero:
//
//	types.DiskAO{Size: 10 << 30, PrimaryStorageUUID: new("d0a5…")}
//
// # Subtypes
//
// Some types are the common part of several: a host is a KVM host or one that a
// vCenter manages. Those types embed their parent, and a value that a reply
// brings knows what it is:
//
//	switch ps := storage.Concrete().(type) {
//	case *types.CephPrimaryStorageInventory:
//		fmt.Println(ps.Fsid, len(ps.Mons))
//	case *types.PrimaryStorageInventory:
//		fmt.Println(ps.Type)
//	}
//
// A few types have another one in their place on another product, which a value is
// then: an LdapAccountRefInventory is an AccountThirdPartyAccountSourceRefInventory on
// ZSphere. A class of the server that is neither is passed over; the value then has
// what its type has of it.
//
// # Values of any type
//
// What a field of type any holds, or a list or a map of them, is a pointer to a
// data type where the server says of which type it is, subtypes included, and
// otherwise what encoding/json makes of it. Where the type of a field is not known
// for sure, the field is of type any, so that no reply is lost for a wrong guess:
//
//	for _, found := range result.Results[0].Inventories { // of a ZQL query
//		switch found := found.(type) {
//		case *types.VmInstanceInventory:
//			fmt.Println(found.Name)
//		case map[string]any: // the query asked for some fields only
//			fmt.Println(found["name"])
//		}
//	}
//
// A struct of yours that results are decoded into gets the same with a method
//
//	func (*Mine) Named(class string) any { return types.New(class) }
//
// # Errors
//
// An [ErrorCode] is an error with a code and causes. [Code] is one too: each
// constant of that type, such as [SysResourceNotFound], is what errors.Is finds
// in the chain of a failed call.
//
// # Enumerations
//
// An enumeration is a type of its own with a constant for each value that is
// known. A newer server can send others. So can it where the values of a string are
// known: the field stays a string, and the constants for them, such as [VmStateRunning],
// have no type.
//
// # Secrets
//
// What holds a password, a key or a token is a [Secret], and an address that can hold a
// password a [SecretURL]: strings that show a mask wherever they are printed, logged or
// marshaled. The client's own decoder and encoder read and write their values.
package types

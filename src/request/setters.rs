//! Methods that set the fields of requests, so that a request can be written as a chain: each is named as its field.

/// A value for a field that can be cleared, or `None`, which clears it. Texts may be given as `&str`.
pub trait Nullable<T> {
    /// The value, if there is one.
    #[doc(hidden)]
    fn nullable(self) -> Option<T>;
}

impl<T> Nullable<T> for T {
    fn nullable(self) -> Option<T> {
        Some(self)
    }
}

impl<T> Nullable<T> for Option<T> {
    fn nullable(self) -> Option<T> {
        self
    }
}

impl Nullable<String> for &str {
    fn nullable(self) -> Option<String> {
        Some(self.to_owned())
    }
}

/// Gives a request a method for each field. Before the field stands what it is: `optional` for an `Option` and `text` for
/// one of a text, which need not be given; `plain` and `plain_text` for fields that always have a value; `nullable` for one
/// that `None` clears, and `or_none` for one where it is the same as not given; `profile` for a field of its `profile`;
/// `page` for the `limit` and the `cursor` of its `page`.
macro_rules! setters {
    ($request:ty { $($kind:ident $($field:ident $(: $type:ty)?)?;)+ }) => {
        impl $request {
            $(crate::request::setters::setter! { $kind $($field $(: $type)?)? })+
        }
    };
}

macro_rules! setter {
    (optional $field:ident: $type:ty) => {
        crate::request::setters::setter! { $field: $type, $field = Some($field), "" }
    };
    (text $field:ident) => {
        crate::request::setters::setter! { $field: impl Into<String>, $field = Some($field.into()), "" }
    };
    (plain $field:ident: $type:ty) => {
        crate::request::setters::setter! { $field: $type, $field = $field, "" }
    };
    (plain_text $field:ident) => {
        crate::request::setters::setter! { $field: impl Into<String>, $field = $field.into(), "" }
    };
    (nullable $field:ident: $type:ty) => {
        crate::request::setters::setter! {
            $field: impl crate::request::setters::Nullable<$type>, $field = Some($field.nullable()), "; `None` clears it"
        }
    };
    (or_none $field:ident: $type:ty) => {
        crate::request::setters::setter! {
            $field: impl crate::request::setters::Nullable<$type>, $field = $field.nullable(), ""
        }
    };
    (profile $field:ident: $type:ty) => {
        #[doc = concat!("Sets `", stringify!($field), "` of its [`profile`](#structfield.profile).")]
        #[must_use]
        pub fn $field(mut self, $field: impl crate::request::setters::Nullable<$type>) -> Self {
            self.profile.$field = $field.nullable();
            self
        }
    };
    (page) => {
        /// Sets the `limit` of its [`page`](#structfield.page): 1–200 rows.
        #[must_use]
        pub fn limit(mut self, limit: u32) -> Self {
            self.page.limit = Some(limit);
            self
        }

        /// Sets the `cursor` of its [`page`](#structfield.page): the `next_cursor` of the page before, if there is one.
        #[must_use]
        pub fn cursor(mut self, cursor: impl crate::request::setters::Nullable<String>) -> Self {
            self.page.cursor = cursor.nullable();
            self
        }
    };
    ($method:ident: $given:ty, $field:ident = $value:expr, $effect:literal) => {
        #[doc = concat!("Sets [`", stringify!($field), "`](#structfield.", stringify!($field), ")", $effect, ".")]
        #[must_use]
        pub fn $method(mut self, $method: $given) -> Self {
            self.$field = $value;
            self
        }
    };
}

pub(crate) use {setter, setters};

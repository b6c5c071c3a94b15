//! PCRE2: the library's own functions, linked in statically.

use super::Entry;

/// Functions whose signatures Julia's side states; only their addresses matter here.
macro_rules! library {
    ($($name:ident),* $(,)?) => {
        pub(super) static TABLE: &[Entry] = &[
            $(Entry { name: stringify!($name), address: pcre2_sys::$name as *const () },)*
        ];
    };
}

library! {
    pcre2_code_free_8,
    pcre2_compile_8,
    pcre2_get_error_message_8,
    pcre2_get_ovector_count_8,
    pcre2_get_ovector_pointer_8,
    pcre2_jit_compile_8,
    pcre2_match_8,
    pcre2_match_data_create_from_pattern_8,
    pcre2_match_data_free_8,
    pcre2_pattern_info_8,
    pcre2_substring_number_from_name_8,
}

import '../base/base.css';
import '../base/kit.css';
import './landing.css';
